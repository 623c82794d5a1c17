package io.jobqueue;

import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Which jobs are meant. Immutable: each method returns a narrower filter; what is not
 * named is not restricted.
 *
 * @param states the states to include; all if empty
 * @param queue the queue, or {@code null} for any
 * @param handler the name of the handler, or {@code null} for any
 * @param headers headers that a job must have, by name
 * @param concurrencyKey the concurrency key that a job counts under, or {@code null} for
 * any
 * @param created the time of the enqueue
 * @param due the time from which a job is due
 * @param finished the time at which a job ended; unfinished ones are in the range of all
 * of time only
 * @since 0.1.0
 */
public record JobFilter(Set<JobState> states, @Nullable String queue, @Nullable String handler,
		Map<String, String> headers, @Nullable String concurrencyKey, TimeRange created, TimeRange due,
		TimeRange finished) {

	private static final JobFilter ALL = new JobFilter(Set.of(), null, null, Map.of(), null, TimeRange.ANY,
			TimeRange.ANY, TimeRange.ANY);

	/**
	 * Create a filter.
	 */
	public JobFilter {
		states = Set.copyOf(states);
		headers = Map.copyOf(headers);
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
		return ALL.states(EnumSet.of(first, more));
	}

	/**
	 * Restrict this filter to some states.
	 * @param included the states, or none for all
	 * @return the narrower filter
	 */
	public JobFilter states(Set<JobState> included) {
		return new JobFilter(included, this.queue, this.handler, this.headers, this.concurrencyKey, this.created,
				this.due, this.finished);
	}

	/**
	 * Restrict this filter to one queue.
	 * @param name the queue
	 * @return the narrower filter
	 */
	public JobFilter queue(String name) {
		return new JobFilter(this.states, name, this.handler, this.headers, this.concurrencyKey, this.created, this.due,
				this.finished);
	}

	/**
	 * Restrict this filter to one handler.
	 * @param name the name of the handler
	 * @return the narrower filter
	 */
	public JobFilter handler(String name) {
		return new JobFilter(this.states, this.queue, name, this.headers, this.concurrencyKey, this.created, this.due,
				this.finished);
	}

	/**
	 * Restrict this filter to jobs with a header, besides those that were named before.
	 * @param name the name of the header
	 * @param value its value
	 * @return the narrower filter
	 */
	public JobFilter header(String name, String value) {
		Assert.hasText(name, "The name of a header must not be empty");
		Assert.notNull(value, "The value of a header must not be null");
		Map<String, String> all = new HashMap<>(this.headers);
		all.put(name, value);
		return new JobFilter(this.states, this.queue, this.handler, all, this.concurrencyKey, this.created, this.due,
				this.finished);
	}

	/**
	 * Restrict this filter to jobs with a concurrency key, in whichever queue it is.
	 * @param key the key
	 * @return the narrower filter
	 */
	public JobFilter concurrencyKey(String key) {
		Assert.hasLength(key, "A concurrency key must not be empty");
		return new JobFilter(this.states, this.queue, this.handler, this.headers, key, this.created, this.due,
				this.finished);
	}

	/**
	 * Restrict this filter to a time of the enqueue.
	 * @param from the earliest time, inclusive, or {@code null} for any
	 * @param before the end of the range, exclusive, or {@code null} for none
	 * @return the narrower filter
	 */
	public JobFilter created(@Nullable Instant from, @Nullable Instant before) {
		return new JobFilter(this.states, this.queue, this.handler, this.headers, this.concurrencyKey,
				new TimeRange(from, before), this.due, this.finished);
	}

	/**
	 * Restrict this filter to a time from which jobs are due.
	 * @param from the earliest time, inclusive, or {@code null} for any
	 * @param before the end of the range, exclusive, or {@code null} for none
	 * @return the narrower filter
	 */
	public JobFilter due(@Nullable Instant from, @Nullable Instant before) {
		return new JobFilter(this.states, this.queue, this.handler, this.headers, this.concurrencyKey, this.created,
				new TimeRange(from, before), this.finished);
	}

	/**
	 * Restrict this filter to finished jobs, and the time at which they ended.
	 * @param from the earliest time, inclusive, or {@code null} for any
	 * @param before the end of the range, exclusive, or {@code null} for none
	 * @return the narrower filter
	 */
	public JobFilter finished(@Nullable Instant from, @Nullable Instant before) {
		return new JobFilter(this.states, this.queue, this.handler, this.headers, this.concurrencyKey, this.created,
				this.due, new TimeRange(from, before));
	}

	/**
	 * Return whether jobs in a state can pass.
	 * @param state the state
	 * @return {@code true} if the state is included
	 */
	public boolean includes(JobState state) {
		return (this.states.isEmpty() || this.states.contains(state)) && (this.finished.isAny() || state.isFinished());
	}

	/**
	 * Return whether a job passes.
	 * @param job the job
	 * @return {@code true} if it is as all parts of this filter demand
	 */
	public boolean matches(JobRecord job) {
		return includes(job.state()) && (this.queue == null || this.queue.equals(job.queue()))
				&& (this.handler == null || this.handler.equals(job.handler()))
				&& job.headers().entrySet().containsAll(this.headers.entrySet()) && hasKey(job.limits())
				&& this.created.includes(job.createdAt()) && this.due.includes(job.runAt())
				&& this.finished.includes(job.finishedAt());
	}

	private boolean hasKey(@Nullable JobLimits limits) {
		return this.concurrencyKey == null || (limits != null && this.concurrencyKey.equals(limits.key()));
	}

}
