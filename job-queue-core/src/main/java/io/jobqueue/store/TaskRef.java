package io.jobqueue.store;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Which task of which workflow a job is, as its headers tell.
 *
 * @param workflow the workflow
 * @param number the number of the task, or {@link #MEMBER}
 * @since 0.1.0
 */
public record TaskRef(long workflow, int number) {

	/**
	 * The number of all jobs that are members of a batch, which are only counted.
	 */
	public static final int MEMBER = -1;

	/**
	 * The name of the header. Only what starts workflows sets it.
	 */
	public static final String HEADER = "job-queue.task";

	/**
	 * Return which task a job is.
	 * @param headers the headers of the job
	 * @return the task, or {@code null} if it is none
	 */
	public static @Nullable TaskRef of(Map<String, String> headers) {
		String text = headers.get(HEADER);
		return (text != null) ? parse(text) : null;
	}

	/**
	 * Read what {@link #toString()} has written.
	 * @param text the text
	 * @return the task
	 */
	public static TaskRef parse(String text) {
		int colon = text.indexOf(':');
		return new TaskRef(Long.parseLong(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
	}

	/**
	 * Return headers that tell of this task.
	 * @param headers the other headers
	 * @return all of them
	 */
	public Map<String, String> addTo(Map<String, String> headers) {
		Map<String, String> all = new LinkedHashMap<>(headers);
		all.put(HEADER, toString());
		return all;
	}

	@Override
	public String toString() {
		return this.workflow + ":" + this.number;
	}

}
