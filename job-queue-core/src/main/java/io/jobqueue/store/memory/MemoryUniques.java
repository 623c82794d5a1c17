package io.jobqueue.store.memory;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.jobqueue.DuplicateJobException;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.OnDuplicate;
import io.jobqueue.UniqueScope;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.UniqueKey;

/**
 * The last job that got each unique key. Whether it still holds the key is seen from its
 * state, so that nobody has to free one. Guarded by the lock of its store.
 */
final class MemoryUniques {

	private final Map<Key, Holder> holders = new HashMap<>();

	private final Map<JobId, Key> keys = new HashMap<>();

	private final Predicate<MemoryJob> exists;

	MemoryUniques(Predicate<MemoryJob> exists) {
		this.exists = exists;
	}

	/**
	 * Refuse jobs of which one is to fail.
	 * @param newJobs the jobs
	 * @param ids their ids
	 * @param now the time
	 * @throws DuplicateJobException if another job, possibly one of them, has its key
	 */
	void refuseDuplicates(List<NewJob> newJobs, List<JobId> ids, Instant now) {
		Map<Key, JobId> first = new HashMap<>();
		for (int i = 0; i < newJobs.size(); i++) {
			NewJob job = newJobs.get(i);
			UniqueKey unique = job.unique();
			if (unique != null) {
				MemoryJob holder = holder(job, unique, now);
				JobId other = first.putIfAbsent(Key.of(job, unique), (holder != null) ? holder.id() : ids.get(i));
				JobId held = (other != null || holder == null) ? other : holder.id();
				if (held != null && unique.onDuplicate() == OnDuplicate.FAIL) {
					throw new DuplicateJobException(held, job.handler(), job.queue());
				}
			}
		}
	}

	@Nullable MemoryJob holder(NewJob job, UniqueKey unique, Instant now) {
		Holder holder = this.holders.get(Key.of(job, unique));
		return (holder != null && holds(holder, now)) ? holder.job() : null;
	}

	private boolean holds(Holder holder, Instant now) {
		MemoryJob job = holder.job();
		return switch (holder.scope()) {
			case WHILE_WAITING -> job.isWaiting() && this.exists.test(job);
			case UNTIL_FINISHED -> !job.state().isFinished() && this.exists.test(job);
			case FOR_DURATION -> holder.until() != null && holder.until().isAfter(now) && job.state() != JobState.FAILED
					&& job.state() != JobState.CANCELLED;
		};
	}

	void take(MemoryJob job, NewJob newJob, UniqueKey unique, Instant now) {
		Key key = Key.of(newJob, unique);
		Holder before = this.holders.put(key,
				new Holder(job, unique.scope(), (unique.duration() != null) ? now.plus(unique.duration()) : null));
		if (before != null) {
			this.keys.remove(before.job().id());
		}
		this.keys.put(job.id(), key);
	}

	boolean isUnique(MemoryJob job) {
		return this.keys.containsKey(job.id());
	}

	/**
	 * Free the key of a job, whatever its scope.
	 * @param job the job
	 */
	void forget(MemoryJob job) {
		Key key = this.keys.remove(job.id());
		if (key != null) {
			this.holders.remove(key);
		}
	}

	/**
	 * Free the key of a job if it was for a duration.
	 * @param job the job
	 */
	void endDuration(MemoryJob job) {
		Key key = this.keys.get(job.id());
		Holder holder = (key != null) ? this.holders.get(key) : null;
		if (holder != null && holder.scope() == UniqueScope.FOR_DURATION) {
			forget(job);
		}
	}

	/**
	 * Forget keys that nobody holds, nor may hold again.
	 * @param now the time
	 */
	void clean(Instant now) {
		List.copyOf(this.holders.values())
			.stream()
			.filter((holder) -> !this.exists.test(holder.job()) && !holds(holder, now))
			.forEach((holder) -> forget(holder.job()));
	}

	/**
	 * What tells one key from another.
	 *
	 * @param queue the queue
	 * @param handler the handler
	 * @param value the key itself
	 */
	private record Key(String queue, String handler, String value) {

		static Key of(NewJob job, UniqueKey unique) {
			return new Key(job.queue(), job.handler(), unique.value());
		}

	}

	/**
	 * Who got a key last.
	 *
	 * @param job the job
	 * @param scope for how long it holds the key
	 * @param until the end of a duration, otherwise {@code null}
	 */
	private record Holder(MemoryJob job, UniqueScope scope, @Nullable Instant until) {
	}

}
