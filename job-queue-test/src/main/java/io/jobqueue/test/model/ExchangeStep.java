package io.jobqueue.test.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Settle outcomes and claim jobs.
 *
 * @param node the node
 * @param ends how jobs ended, each at most once
 * @param claim what to take
 */
record ExchangeStep(int node, List<End> ends, Claim claim) implements Step {

	@Override
	public void perform(ModelRun run) {
		Long id = run.nodes().get(this.node);
		if (id != null) {
			List<Outcome> outcomes = new ArrayList<>();
			for (End end : this.ends) {
				ClaimedJob job = run.claim(end.label(), end.back());
				if (job != null) {
					outcomes.add(end.outcome(job));
				}
			}
			exchange(run, this.node, id, outcomes, this.claim);
		}
	}

	static Exchange.Result exchange(ModelRun run, int node, long id, List<Outcome> outcomes, Claim claim) {
		Exchange.Result result = run.storeOf(node).exchange(new Exchange(id, outcomes, claim));
		Set<JobId> refused = new HashSet<>();
		for (Outcome outcome : outcomes) {
			if (!run.model.settle(outcome)) {
				refused.add(outcome.job().id());
			}
		}
		assertThat(result.refused()).as("Refused outcomes").isEqualTo(refused);
		run.rules.check(id, claim, result);
		run.model.claimed(id, result.claimed());
		return result;
	}

	@Override
	public List<Step> simpler() {
		List<Step> simpler = new ArrayList<>();
		if (!this.claim.isEmpty() && !this.ends.isEmpty()) {
			simpler.add(new ExchangeStep(this.node, this.ends, Claim.NONE));
		}
		IntStream.range(0, this.ends.size())
			.forEach((i) -> simpler.add(new ExchangeStep(this.node, Lists.without(this.ends, i), this.claim)));
		if (this.claim.queues().size() > 1) {
			IntStream.range(0, this.claim.queues().size())
				.forEach((i) -> simpler
					.add(new ExchangeStep(this.node, this.ends, new Claim(Lists.without(this.claim.queues(), i),
							this.claim.limit(), this.claim.suspects(), this.claim.excludedHandlers()))));
		}
		return simpler;
	}

	@Override
	public String toString() {
		List<String> words = new ArrayList<>();
		if (!this.ends.isEmpty()) {
			words.add("settles " + Lists.join(this.ends));
		}
		if (!this.claim.queues().isEmpty()) {
			words.add("claims " + Lists.join(this.claim.queues().stream().map(ExchangeStep::text).toList())
					+ ", at most " + this.claim.limit() + (this.claim.suspects() ? ", also suspects" : "")
					+ (this.claim.excludedHandlers().isEmpty() ? "" : ", but not " + this.claim.excludedHandlers()));
		}
		return "n" + this.node + " " + (words.isEmpty() ? "exchanges nothing" : String.join(", ", words));
	}

	private static String text(Claim.Room room) {
		return room.room() + " of " + room.queue() + ((room.above() != null) ? " above " + room.above() : "");
	}

	/**
	 * The end of a lease.
	 *
	 * @param label the job
	 * @param back how many leases of the job ago
	 * @param kind how it ended
	 * @param delay the delay of a retry or a snooze in minutes
	 */
	record End(int label, int back, Outcome.Kind kind, int delay) {

		private static final Outcome.Failure FAILURE = new Outcome.Failure("com.example.Failed", "No luck", "at ...");

		Outcome outcome(ClaimedJob job) {
			Duration wait = isDelayed() ? Duration.ofMinutes(this.delay) : null;
			return new Outcome(job, this.kind, wait, failure(), null, Duration.ofMillis(5));
		}

		private Outcome.@Nullable Failure failure() {
			return switch (this.kind) {
				case RETRY, FAILED, EXPIRED -> FAILURE;
				// Cancelled by itself, with a reason, or by somebody.
				case CANCELLED -> (this.delay > 0) ? FAILURE : null;
				default -> null;
			};
		}

		private boolean isDelayed() {
			return this.kind == Outcome.Kind.RETRY || this.kind == Outcome.Kind.SNOOZED;
		}

		@Override
		public String toString() {
			return "j" + this.label + ((this.back > 0) ? " of " + this.back + " leases ago" : "") + " " + this.kind
					+ (isDelayed() ? " in " + this.delay + " min" : "");
		}

	}

}
