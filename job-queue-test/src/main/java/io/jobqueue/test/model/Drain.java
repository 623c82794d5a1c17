package io.jobqueue.test.model;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.awaitility.Awaitility;

import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Outcome;

/**
 * The end of a run: whatever waits must be claimed sooner or later, and once, while what
 * is leased stays leased; then that ends, too.
 */
final class Drain {

	private static final Claim ALL = new Claim(
			ModelRun.QUEUES.stream().map((queue) -> new Claim.Room(queue, 100)).toList(), 100, true, Set.of());

	private static final int MINUTES = 30;

	private final ModelRun run;

	private final Duration patience;

	Drain(ModelRun run, Duration patience) {
		this.run = run;
		this.patience = patience;
	}

	void perform() {
		ModelRun.QUEUES.forEach((queue) -> this.run.perform(new QueueStep(queue, false)));
		this.run.advance(MINUTES);
		// One after the other: each instance of the store must find everything.
		this.run.register(1);
		this.run.register(2);
		int[] turn = new int[1];
		Awaitility.await("every job is claimed")
			.pollInSameThread()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(10))
			.atMost(this.patience)
			.until(() -> isEmptyAfter(1 + turn[0]++ % 2));
		this.run.check();
		settle(this.run.model.jobs((job) -> job.lease != null)
			.stream()
			.map((job) -> job.claims.get(job.claims.size() - 1))
			.toList());
		this.run.check();
	}

	private boolean isEmptyAfter(int node) {
		Long id = this.run.nodes().get(node);
		if (id != null) {
			settle(ExchangeStep.exchange(this.run, node, id, List.of(), ALL).claimed());
		}
		return this.run.model.jobs(ModelJob::isWaiting).isEmpty();
	}

	private void settle(List<ClaimedJob> jobs) {
		Long id = this.run.nodes().get(1);
		if (id != null) {
			ExchangeStep.exchange(this.run, 1, id,
					jobs.stream().map((job) -> Outcome.succeeded(job, null, Duration.ZERO)).toList(), Claim.NONE);
		}
	}

}
