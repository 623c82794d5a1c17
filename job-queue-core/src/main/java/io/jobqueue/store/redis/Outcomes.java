package io.jobqueue.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Outcome;

/**
 * The outcomes of one queue in an exchange, by lease.
 */
final class Outcomes {

	private final Map<Long, List<Outcome>> byLease = new LinkedHashMap<>();

	void add(Outcome outcome) {
		this.byLease.computeIfAbsent(outcome.job().lease(), (lease) -> new ArrayList<>()).add(outcome);
	}

	/**
	 * Write them for a script.
	 * @param queue the number of the queue
	 */
	void addTo(Arguments arguments, int queue) {
		this.byLease.forEach((lease, outcomes) -> {
			arguments.add(LeaseNumbers.node(lease)).add(LeaseNumbers.lease(lease)).add(outcomes.size());
			outcomes
				.forEach((outcome) -> arguments.add(JobNumbers.name(outcome.job().id(), queue)).add(write(outcome)));
		});
	}

	private static byte[] write(Outcome outcome) {
		ClaimedJob job = outcome.job();
		Duration delay = outcome.delay();
		boolean isSuccess = outcome.kind() == Outcome.Kind.SUCCEEDED;
		Writer writer = new Writer().number(kind(outcome.kind()), 1)
			.number(Math.max(outcome.elapsed().toMillis(), 0), StoredJob.TIME)
			.number(job.attempts() + (isSuccess ? 1 : 0), StoredJob.ATTEMPTS)
			.number(job.abandonments(), 1);
		if (!isSuccess) {
			return writer.number((delay != null) ? Math.max(NewJobs.millis(delay), 0) : 0, StoredJob.TIME)
				.bytes(StoredFailures.write(outcome.failure()))
				.toBytes();
		}
		String result = outcome.result();
		return ((result != null) ? writer.text(result) : writer).toBytes();
	}

	private static char kind(Outcome.Kind kind) {
		return switch (kind) {
			case SUCCEEDED -> 'S';
			case RETRY -> 'R';
			case FAILED -> 'F';
			case CANCELLED -> 'C';
			case SNOOZED -> 'Z';
			case RELEASED -> 'L';
			case EXPIRED -> 'X';
		};
	}

}
