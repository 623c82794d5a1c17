package io.jobqueue.workflow;

import java.util.List;

/**
 * That a workflow has started, on its way to those who listen: they hear of it from
 * whoever brings it on first, before anything else, and not if it was rolled back.
 *
 * @param tasks the names of the tasks that were enqueued at the start
 */
record StartNews(List<String> tasks) {

	private static final String PREFIX = "started ";

	private static final String SEPARATOR = ",";

	static boolean isWritten(String text) {
		return text.startsWith(PREFIX);
	}

	static StartNews read(String text) {
		return new StartNews(List.of(text.substring(PREFIX.length()).split(SEPARATOR)));
	}

	@Override
	public String toString() {
		return PREFIX + String.join(SEPARATOR, this.tasks);
	}

}
