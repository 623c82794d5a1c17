package io.jobqueue.store.redis;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.jobqueue.JobState;

/**
 * Removes those jobs of a state that ended first, whatever their queues.
 * <p>
 * Each queue tells when its first job ended, and the one that is {@code reach} places
 * into the list. Up to the earliest of the latter no queue has more than {@code reach}
 * jobs, and together they have no more than are to be removed, so all of them can go; and
 * the queue that it came from gets rid of {@code reach} at least.
 */
final class Surplus {

	private static final long NEVER = Long.MAX_VALUE;

	private final ScriptRunner scripts;

	private final RedisOptions options;

	private final String letter;

	private final long deadline;

	private final Map<String, Front> fronts = new HashMap<>();

	/**
	 * Create a removal.
	 * @param scripts runs scripts
	 * @param options the settings
	 * @param state the state of the jobs
	 * @param deadline when to stop, by {@link System#nanoTime()}
	 */
	Surplus(ScriptRunner scripts, RedisOptions options, JobState state, long deadline) {
		this.scripts = scripts;
		this.options = options;
		this.letter = state.name().substring(0, 1);
		this.deadline = deadline;
	}

	/**
	 * Remove jobs.
	 * @param queues where there may be some
	 * @param count how many to remove; none if negative
	 * @return how many were removed
	 */
	long remove(Collection<String> queues, long count) {
		if (count <= 0) {
			return 0;
		}
		long left = count;
		long reach = reach(left, queues.size());
		look(queues, reach);
		while (left > 0 && !this.fronts.isEmpty() && this.deadline - System.nanoTime() > 0) {
			if (reach > 1 && left < reach * this.fronts.size()) {
				reach = reach(left, this.fronts.size());
				look(List.copyOf(this.fronts.keySet()), reach);
			}
			else {
				left -= removeEarliest(left, reach);
			}
		}
		return count - left;
	}

	// Half of what is possible, or each round would have to look anew.
	private static long reach(long left, int queues) {
		return Math.max(1, Math.min(Pruning.CHUNK, left / (2L * Math.max(1, queues))));
	}

	private void look(Collection<String> queues, long reach) {
		this.scripts.runAll(Script.PRUNE, this.options, queues, arguments(0, 0, reach)).forEach((queue, reply) -> {
			reply.number();
			know(queue, reply);
		});
	}

	private long removeEarliest(long count, long reach) {
		long until = this.fronts.values().stream().mapToLong(Front::reached).min().orElse(NEVER);
		long removed = 0;
		for (Map.Entry<String, Front> front : Map.copyOf(this.fronts).entrySet()) {
			long limit = Math.min(reach, count - removed);
			if (limit > 0 && front.getValue().first() <= until) {
				Reply reply = this.scripts.run(Script.PRUNE, this.options.queueKey(front.getKey()),
						arguments(limit, until, reach));
				removed += reply.number();
				know(front.getKey(), reply);
			}
		}
		return removed;
	}

	private Arguments arguments(long limit, long until, long reach) {
		return new Arguments().add(Pruning.CHUNK).add(this.letter).add(limit).add(until).add(reach);
	}

	private void know(String queue, Reply reply) {
		long first = reply.number();
		long reached = reply.number();
		if (first < 0) {
			this.fronts.remove(queue);
		}
		else {
			this.fronts.put(queue, new Front(first, (reached < 0) ? NEVER : reached));
		}
	}

	/**
	 * The front of a list.
	 *
	 * @param first when its first job ended
	 * @param reached when the job ended that is some places further
	 */
	private record Front(long first, long reached) {

	}

}
