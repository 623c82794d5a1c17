package io.jobqueue;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * That a job is to be the only one with its key. A key is told apart by queue and
 * handler: the same key of another handler, or in another queue, is another key.
 *
 * <pre class="code">
 * jobs.job(SearchJobs::index, customer).unique(Unique.byKey(customer.id()).whileWaiting()).enqueue();
 * jobs.job(MailJobs::digest, user).in(TEN_MINUTES).unique(Unique.byKey(user).whileWaiting().orPostpone()).enqueue();
 * jobs.job(ReportJobs::print, month).unique(Unique.byArguments().orFail()).enqueue();
 * </pre>
 *
 * Unless something else is said the key is held until the job is finished, and an enqueue
 * that finds it held is skipped. Immutable. {@link #toString()} leaves out the key.
 *
 * @param key the key: a text, number, or whatever can be written as JSON; {@code null}
 * for all arguments of the job
 * @param scope for how long the job holds the key
 * @param duration the time of {@link UniqueScope#FOR_DURATION}, from a millisecond to 365
 * days; {@code null} with the other scopes
 * @param onDuplicate what to do if another job holds the key
 * @since 0.1.0
 * @see EnqueueResult
 */
public record Unique(@Nullable Object key, UniqueScope scope, @Nullable Duration duration, OnDuplicate onDuplicate) {

	private static final Duration LONGEST = Duration.ofDays(365);

	/**
	 * Create what is asked for.
	 */
	public Unique {
		Assert.notNull(scope, "'scope' must not be null");
		Assert.notNull(onDuplicate, "'onDuplicate' must not be null");
		Assert.isTrue((scope == UniqueScope.FOR_DURATION) == (duration != null),
				"A duration belongs to the scope FOR_DURATION, and to no other");
		Assert.isTrue(duration == null || (duration.toMillis() >= 1 && duration.compareTo(LONGEST) <= 0),
				() -> "A key is held for at least one millisecond and at most " + LONGEST.toDays() + " days, not "
						+ duration);
	}

	/**
	 * Return what makes a job the only one of its handler and queue with a key.
	 * @param key the key: a text, number, or whatever can be written as JSON. A key of
	 * more than 256 characters is stored as its hash
	 * @return the beginning
	 */
	public static Unique byKey(Object key) {
		Assert.notNull(key, "'key' must not be null");
		return new Unique(key, UniqueScope.UNTIL_FINISHED, null, OnDuplicate.SKIP);
	}

	/**
	 * Return what makes a job the only one of its handler and queue with its arguments,
	 * which are compared as JSON.
	 * @return the beginning
	 */
	public static Unique byArguments() {
		return new Unique(null, UniqueScope.UNTIL_FINISHED, null, OnDuplicate.SKIP);
	}

	/**
	 * Free the key when the job is claimed.
	 * @return a changed copy
	 */
	public Unique whileWaiting() {
		return new Unique(this.key, UniqueScope.WHILE_WAITING, null, this.onDuplicate);
	}

	/**
	 * Free the key when the job is finished.
	 * @return a changed copy
	 */
	public Unique untilFinished() {
		return new Unique(this.key, UniqueScope.UNTIL_FINISHED, null, this.onDuplicate);
	}

	/**
	 * Hold the key for a time from the enqueue on, by the store's clock.
	 * @param time from a millisecond to 365 days
	 * @return a changed copy
	 */
	public Unique forDuration(Duration time) {
		return new Unique(this.key, UniqueScope.FOR_DURATION, time, this.onDuplicate);
	}

	/**
	 * If another job holds the key, leave it at that.
	 * @return a changed copy
	 */
	public Unique orSkip() {
		return new Unique(this.key, this.scope, this.duration, OnDuplicate.SKIP);
	}

	/**
	 * If another job holds the key and waits, let it become this one.
	 * @return a changed copy
	 */
	public Unique orReplace() {
		return new Unique(this.key, this.scope, this.duration, OnDuplicate.REPLACE);
	}

	/**
	 * If another job holds the key and waits, move its due time to that of this one.
	 * @return a changed copy
	 */
	public Unique orPostpone() {
		return new Unique(this.key, this.scope, this.duration, OnDuplicate.POSTPONE);
	}

	/**
	 * If another job holds the key, throw a {@link DuplicateJobException}.
	 * @return a changed copy
	 */
	public Unique orFail() {
		return new Unique(this.key, this.scope, this.duration, OnDuplicate.FAIL);
	}

	@Override
	public String toString() {
		return "Unique " + ((this.key != null) ? "by key" : "by arguments") + " (" + this.scope
				+ ((this.duration != null) ? " of " + this.duration : "") + ", " + this.onDuplicate + ")";
	}

}
