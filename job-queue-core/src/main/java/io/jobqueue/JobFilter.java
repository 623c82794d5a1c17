package io.jobqueue;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Which jobs are meant. Immutable: each method returns a narrower filter; what is not
 * named is not restricted.
 *
 * @param states the states to include; all if empty
 * @param queue the queue, or {@code null} for any
 * @param handler the name of the handler, or {@code null} for any
 * @param createdFrom the earliest time of the enqueue, inclusive, or {@code null}
 * @param createdBefore the end of the range of enqueue times, exclusive, or {@code null}
 * @since 0.1.0
 */
public record JobFilter(Set<JobState> states, @Nullable String queue, @Nullable String handler,
		@Nullable Instant createdFrom, @Nullable Instant createdBefore) {

	private static final JobFilter ALL = new JobFilter(Set.of(), null, null, null, null);

	/**
	 * Create a filter.
	 */
	public JobFilter {
		states = Set.copyOf(states);
	}

	/**
	 * Return the filter that every job passes.
	 * @return the filter
	 */
	public static JobFilter all() {
		return ALL;
	}

	/**
	 * Return a filter for jobs in some states.
	 * @param first a state
	 * @param more more states
	 * @return the filter
	 */
	public static JobFilter in(JobState first, JobState... more) {
		return new JobFilter(EnumSet.of(first, more), null, null, null, null);
	}

	/**
	 * Restrict this filter to one queue.
	 * @param name the queue
	 * @return the narrower filter
	 */
	public JobFilter queue(String name) {
		return new JobFilter(this.states, name, this.handler, this.createdFrom, this.createdBefore);
	}

	/**
	 * Restrict this filter to one handler.
	 * @param name the name of the handler
	 * @return the narrower filter
	 */
	public JobFilter handler(String name) {
		return new JobFilter(this.states, this.queue, name, this.createdFrom, this.createdBefore);
	}

	/**
	 * Restrict this filter to a time of the enqueue.
	 * @param from the earliest time, inclusive
	 * @param before the end of the range, exclusive
	 * @return the narrower filter
	 */
	public JobFilter created(Instant from, Instant before) {
		return new JobFilter(this.states, this.queue, this.handler, from, before);
	}

	/**
	 * Return whether jobs in a state can pass.
	 * @param state the state
	 * @return {@code true} if the state is included
	 */
	public boolean includes(JobState state) {
		return this.states.isEmpty() || this.states.contains(state);
	}

}
