package io.jobqueue.store.redis;

/**
 * Ids of workflows, which are made like those of jobs, so that an id leads to the queue
 * in whose slot the workflow is; and positions of signals.
 */
final class WorkflowIds {

	private WorkflowIds() {
	}

	static long id(long number, int queue) {
		return number * JobNumbers.MAX_QUEUES + queue;
	}

	/**
	 * Return the number of the queue in whose slot a workflow is.
	 */
	static int home(long workflow) {
		return (int) Math.floorMod(workflow, (long) JobNumbers.MAX_QUEUES);
	}

	/**
	 * Where a signal is.
	 *
	 * @param queue the number of the queue
	 * @param number its number there
	 */
	record Position(int queue, String number) {

		static Position parse(String text) {
			int colon = text.indexOf(':');
			return new Position(Integer.parseInt(text.substring(0, colon)), text.substring(colon + 1));
		}

		@Override
		public String toString() {
			return this.queue + ":" + this.number;
		}

	}

}
