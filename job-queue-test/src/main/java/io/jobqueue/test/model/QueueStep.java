package io.jobqueue.test.model;

/**
 * Pause or resume a queue.
 *
 * @param queue the queue
 * @param isPaused whether it is paused afterwards
 */
record QueueStep(String queue, boolean isPaused) implements Step {

	@Override
	public void perform(ModelRun run) {
		if (this.isPaused) {
			run.admin().pause(this.queue);
		}
		else {
			run.admin().resume(this.queue);
		}
		run.model.setPaused(this.queue, this.isPaused);
	}

	@Override
	public String toString() {
		return (this.isPaused ? "pause " : "resume ") + this.queue;
	}

}
