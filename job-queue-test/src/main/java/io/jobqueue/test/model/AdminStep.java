package io.jobqueue.test.model;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobId;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Act on some jobs by hand.
 *
 * @param kind what to do
 * @param labels the jobs
 * @param dueIn for a new due time, in how many minutes it is; possibly past
 */
record AdminStep(Kind kind, List<Integer> labels, int dueIn) implements Step {

	@Override
	public void perform(ModelRun run) {
		List<JobId> ids = run.ids(this.labels);
		assertThat(act(run, run.admin(), ids)).as("Jobs changed by %s", this).isEqualTo(expect(run.model, ids));
	}

	private int act(ModelRun run, JobAdmin admin, List<JobId> ids) {
		return switch (this.kind) {
			case CANCEL -> admin.cancel(ids);
			case RETRY -> admin.retry(ids);
			case DELETE -> admin.delete(ids);
			case RESCHEDULE -> admin.reschedule(ids, run.fixture.now().plus(Duration.ofMinutes(this.dueIn)));
		};
	}

	private int expect(JobStoreModel model, List<JobId> ids) {
		return switch (this.kind) {
			case CANCEL -> model.cancel(ids);
			case RETRY -> model.retry(ids);
			case DELETE -> model.delete(ids);
			case RESCHEDULE -> model.reschedule(ids, this.dueIn);
		};
	}

	@Override
	public List<Step> simpler() {
		return (this.labels.size() == 1) ? List.of()
				: IntStream.range(0, this.labels.size())
					.<Step>mapToObj((i) -> new AdminStep(this.kind, Lists.without(this.labels, i), this.dueIn))
					.toList();
	}

	@Override
	public String toString() {
		return this.kind.name().toLowerCase(Locale.ROOT) + " " + Lists.jobs(this.labels)
				+ ((this.kind == Kind.RESCHEDULE) ? " to +" + this.dueIn + " min" : "");
	}

	/**
	 * What people do with jobs.
	 */
	enum Kind {

		/** Cancel them. */
		CANCEL,

		/** Let those run again that failed or were cancelled. */
		RETRY,

		/** Delete those that do not run. */
		DELETE,

		/** Give those that wait another due time. */
		RESCHEDULE

	}

}
