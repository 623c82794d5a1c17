package io.jobqueue.test.model;

import java.util.List;

/**
 * One thing that a test does to a store and to its model. It names jobs and nodes by
 * labels, see {@link ModelRun}, so that it can be repeated when other steps are left out;
 * what it names and is not there is left out as well. {@link Object#toString()} is what
 * people read.
 */
interface Step {

	/**
	 * Do it, and compare what the store answers with what the model says.
	 * @param run the store and the model
	 */
	void perform(ModelRun run);

	/**
	 * Return steps that do a little less.
	 * @return the steps, none if this is simple already
	 */
	default List<Step> simpler() {
		return List.of();
	}

}
