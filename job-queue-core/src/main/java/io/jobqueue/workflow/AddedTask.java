package io.jobqueue.workflow;

import java.util.ArrayList;
import java.util.List;

import io.jobqueue.serialization.JobText;
import io.jobqueue.store.NewJob;

/**
 * A task that a running job adds to its workflow, on its way there.
 *
 * @param name its name
 * @param job its job
 * @param after the names of the tasks that it waits for
 * @param isOptional whether the workflow can do without it
 */
record AddedTask(String name, NewJob job, List<String> after, boolean isOptional) {

	private static final String PREFIX = "add";

	private static final String NAME = "name";

	private static final String AFTER = "after";

	private static final String OPTIONAL = "optional";

	private static final String SEPARATOR = ",";

	/** Texts of JSON have no line breaks. */
	private static final String LINE = "\n";

	static String write(List<AddedTask> tasks) {
		StringBuilder text = new StringBuilder(PREFIX);
		for (AddedTask task : tasks) {
			text.append(LINE)
				.append(Fields.of(JobText.write(task.job()))
					.put(NAME, task.name())
					.put(AFTER, String.join(SEPARATOR, task.after()))
					.putFlag(OPTIONAL, task.isOptional()));
		}
		return text.toString();
	}

	static boolean isWritten(String text) {
		return text.startsWith(PREFIX);
	}

	static List<AddedTask> read(String text) {
		List<AddedTask> tasks = new ArrayList<>();
		for (String line : text.substring(PREFIX.length() + LINE.length()).split(LINE)) {
			Fields fields = Fields.read(line);
			String after = fields.values().getOrDefault(AFTER, "");
			tasks.add(new AddedTask(fields.values().getOrDefault(NAME, ""), JobText.read(fields.values()),
					after.isEmpty() ? List.of() : List.of(after.split(SEPARATOR)), fields.has(OPTIONAL)));
		}
		return tasks;
	}

}
