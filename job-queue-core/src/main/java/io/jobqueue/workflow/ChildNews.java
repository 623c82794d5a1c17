package io.jobqueue.workflow;

/**
 * What becomes of a workflow that was started by a task of another one, on its way there.
 *
 * @param task the number of the task
 * @param isStart whether it has started; otherwise it has ended
 * @param isSuccess whether it has succeeded
 */
record ChildNews(int task, boolean isStart, boolean isSuccess) {

	private static final String PREFIX = "child ";

	private static final String STARTED = "started";

	private static final String SUCCEEDED = "succeeded";

	private static final String FAILED = "failed";

	static boolean isWritten(String text) {
		return text.startsWith(PREFIX);
	}

	static ChildNews read(String text) {
		String[] parts = text.substring(PREFIX.length()).split(" ");
		return new ChildNews(Integer.parseInt(parts[0]), parts[1].equals(STARTED), parts[1].equals(SUCCEEDED));
	}

	@Override
	public String toString() {
		return PREFIX + this.task + " " + (this.isStart ? STARTED : this.isSuccess ? SUCCEEDED : FAILED);
	}

}
