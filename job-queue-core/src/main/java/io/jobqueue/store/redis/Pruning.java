package io.jobqueue.store.redis;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.jobqueue.JobState;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.Retention;

/**
 * The removal of finished jobs: those that are too old, then those that are too many. The
 * latter takes turns with other processes, or each of them would remove the same number.
 */
final class Pruning {

	/** Entries that one script looks at. */
	static final int CHUNK = 2000;

	private static final Duration TURN = Duration.ofMinutes(1);

	private static final List<JobState> FINISHED = List.of(JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED);

	private final ScriptRunner scripts;

	private final Registry registry;

	private final RedisOptions options;

	private final Retention retention;

	private final MovedJobs moved;

	Pruning(ScriptRunner scripts, Registry registry, RedisOptions options, MovedJobs moved) {
		this.scripts = scripts;
		this.registry = registry;
		this.options = options;
		this.retention = options.retention();
		this.moved = moved;
	}

	long prune() {
		Map<String, long[]> kept = new HashMap<>();
		if (FINISHED.stream().allMatch((state) -> this.retention.max(state) == Retention.UNLIMITED)) {
			return removeOld(kept);
		}
		String turn = UUID.randomUUID().toString();
		// Half of the turn for the work, the other half so that it is never somebody
		// else's meanwhile.
		long deadline = System.nanoTime() + TURN.dividedBy(2).toNanos();
		if (!turn(turn, TURN)) {
			return removeOld(kept);
		}
		try {
			long removed = removeOld(kept);
			for (int i = 0; i < FINISHED.size(); i++) {
				int state = i;
				long max = this.retention.max(FINISHED.get(state));
				long surplus = kept.values().stream().mapToLong((counts) -> counts[state]).sum() - max;
				removed += new Surplus(this.scripts, this.options, FINISHED.get(state), deadline).remove(kept.keySet(),
						Math.min(surplus, JobStore.PRUNED_AT_ONCE - removed));
			}
			return removed;
		}
		finally {
			turn(turn, Duration.ZERO);
		}
	}

	private boolean turn(String owner, Duration duration) {
		Arguments arguments = new Arguments().add(owner).add(duration.toMillis());
		return this.scripts.run(Script.TURN, this.options.registryKey(), arguments).number() > 0;
	}

	/**
	 * Remove jobs by their age.
	 * @param kept where to note how many are left of each state, by queue; not those of
	 * queues that there was no time for
	 * @return how many were removed
	 */
	private long removeOld(Map<String, long[]> kept) {
		Arguments arguments = new Arguments().add(CHUNK).add("A");
		FINISHED.forEach((state) -> arguments.add(this.retention.of(state).toMillis()));
		long removed = 0;
		for (String queue : this.registry.queues()) {
			boolean hasMore = true;
			while (hasMore && removed < JobStore.PRUNED_AT_ONCE) {
				Reply reply = this.scripts.run(Script.PRUNE, this.options.queueKey(queue), arguments);
				hasMore = reply.number() > 0;
				removed += reply.number();
				kept.put(queue, new long[] { reply.number(), reply.number(), reply.number() });
				this.moved.forgetGone(this.registry.number(queue), reply);
			}
		}
		return removed;
	}

}
