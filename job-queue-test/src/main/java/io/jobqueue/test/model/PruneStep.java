package io.jobqueue.test.model;

/**
 * Remove what was kept long enough. Nothing was: a run takes minutes of the store's time.
 */
record PruneStep() implements Step {

	@Override
	public void perform(ModelRun run) {
		run.next().prune();
	}

	@Override
	public String toString() {
		return "prune";
	}

}
