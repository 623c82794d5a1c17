package io.jobqueue.workflow;

import java.util.Locale;

/**
 * What becomes of a workflow that was started by a task of another one, on its way there.
 *
 * @param task the number of the task
 * @param event what has happened
 * @param child the workflow that it has happened to
 */
record ChildNews(int task, Event event, long child) {

	private static final String PREFIX = "child ";

	static boolean isWritten(String text) {
		return text.startsWith(PREFIX);
	}

	static ChildNews read(String text) {
		String[] parts = text.substring(PREFIX.length()).split(" ");
		return new ChildNews(Integer.parseInt(parts[0]), Event.valueOf(parts[1].toUpperCase(Locale.ROOT)),
				Long.parseLong(parts[2]));
	}

	@Override
	public String toString() {
		return PREFIX + this.task + " " + this.event.name().toLowerCase(Locale.ROOT) + " " + this.child;
	}

	/**
	 * What happens to such a workflow.
	 */
	enum Event {

		/** It is about to be created, and the task will wait for it. */
		STARTED,

		/** It was created: told together with that, so that nobody forgets it. */
		CREATED,

		/** It has succeeded. */
		SUCCEEDED,

		/** It has ended without success. */
		FAILED

	}

}
