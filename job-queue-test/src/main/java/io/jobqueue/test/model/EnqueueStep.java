package io.jobqueue.test.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.jobqueue.JobId;
import io.jobqueue.store.NewJob;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Enqueue some jobs at once.
 *
 * @param drafts the jobs
 */
record EnqueueStep(List<Draft> drafts) implements Step {

	@Override
	public void perform(ModelRun run) {
		Instant now = run.fixture.now();
		List<NewJob> jobs = this.drafts.stream().map((draft) -> draft.job(now)).toList();
		List<JobId> ids = run.next().enqueue(jobs);
		assertThat(ids).as("Ids").hasSameSizeAs(jobs).isSorted().doesNotHaveDuplicates();
		assertThat(run.jobs().values()).as("Ids of before").doesNotContainAnyElementsOf(ids);
		for (int i = 0; i < ids.size(); i++) {
			Draft draft = this.drafts.get(i);
			run.addJob(draft.label(), ids.get(i));
			run.model.enqueue(draft.label(), ids.get(i), jobs.get(i), draft.dueIn());
		}
	}

	@Override
	public List<Step> simpler() {
		return (this.drafts.size() == 1) ? List.of()
				: IntStream.range(0, this.drafts.size())
					.<Step>mapToObj((i) -> new EnqueueStep(Lists.without(this.drafts, i)))
					.toList();
	}

	@Override
	public String toString() {
		return "enqueue " + Lists.join(this.drafts);
	}

	/**
	 * One job.
	 *
	 * @param label the label of the job
	 * @param handler its handler
	 * @param queue its queue
	 * @param priority its priority
	 * @param maxAttempts how often it may run
	 * @param dueIn in how many minutes it is due, not positive for at once
	 * @param byInstant whether it has an instant instead of a delay
	 */
	record Draft(int label, String handler, String queue, int priority, int maxAttempts, int dueIn, boolean byInstant) {

		private NewJob job(Instant now) {
			boolean isDelayed = !this.byInstant && this.dueIn > 0;
			return new NewJob(this.handler, this.queue, this.priority, this.maxAttempts, "[]", Map.of(),
					isDelayed ? Duration.ofMinutes(this.dueIn) : null,
					this.byInstant ? now.plus(Duration.ofMinutes(this.dueIn)) : null, null, null);
		}

		@Override
		public String toString() {
			return "j" + this.label + " (" + this.handler + ", queue " + this.queue + ", priority " + this.priority
					+ (this.byInstant ? ", at +" : ", in ") + this.dueIn + " min)";
		}

	}

}
