package io.jobqueue;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Until when a job must have been started: so long after it is due, or an instant. A
 * delay before a job does not shorten the former.
 *
 * @param afterDue how long after the due time, or {@code null}; from one millisecond to
 * 36,525 days
 * @param at the instant, or {@code null}; not after the year 9999
 * @since 0.1.0
 */
public record JobDeadline(@Nullable Duration afterDue, @Nullable Instant at) {

	/**
	 * The shortest time after the due time.
	 */
	public static final Duration SHORTEST = Duration.ofMillis(1);

	/**
	 * The longest time after the due time.
	 */
	public static final Duration LONGEST = Duration.ofDays(36_525);

	private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

	/**
	 * Create a deadline.
	 */
	public JobDeadline {
		Assert.isTrue((afterDue != null) != (at != null), "A deadline is either a duration or an instant");
		Assert.isTrue(afterDue == null || (afterDue.compareTo(SHORTEST) >= 0 && afterDue.compareTo(LONGEST) <= 0),
				() -> "'deadline' must be at least one millisecond and at most " + LONGEST.toDays()
						+ " days after the due time, not " + afterDue);
		Assert.isTrue(at == null || !at.isAfter(LATEST),
				() -> "'deadline' must not be later than " + LATEST + ", but is " + at);
	}

	/**
	 * Return the deadline that is so long after the due time of its job.
	 * @param duration how long, from one millisecond to 36,525 days
	 * @return the deadline
	 */
	public static JobDeadline after(Duration duration) {
		return new JobDeadline(duration, null);
	}

	/**
	 * Return the deadline at an instant.
	 * @param instant the instant, not after the year 9999
	 * @return the deadline
	 */
	public static JobDeadline at(Instant instant) {
		return new JobDeadline(null, instant);
	}

}
