package io.jobqueue.workflow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.jobqueue.serialization.JobHeaders;
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
			Map<String, String> values = new LinkedHashMap<>(JobText.write(task.job()));
			values.put(NAME, task.name());
			values.put(AFTER, String.join(SEPARATOR, task.after()));
			Numbers.put(values, OPTIONAL, task.isOptional() ? "true" : null);
			text.append(LINE).append(JobHeaders.write(values));
		}
		return text.toString();
	}

	static boolean isWritten(String text) {
		return text.startsWith(PREFIX);
	}

	static List<AddedTask> read(String text) {
		List<AddedTask> tasks = new ArrayList<>();
		for (String line : text.substring(PREFIX.length() + LINE.length()).split(LINE)) {
			Map<String, String> values = JobHeaders.read(line);
			String after = values.getOrDefault(AFTER, "");
			tasks.add(new AddedTask(values.getOrDefault(NAME, ""), JobText.read(values),
					after.isEmpty() ? List.of() : List.of(after.split(SEPARATOR)), values.containsKey(OPTIONAL)));
		}
		return tasks;
	}

}
