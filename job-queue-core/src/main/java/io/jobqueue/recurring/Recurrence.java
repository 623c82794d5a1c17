package io.jobqueue.recurring;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * When a job recurs: by a cron expression in a time zone, or at a fixed interval; and
 * what happens to firing times that were missed or that come too early. Immutable.
 *
 * <pre class="code">
 * Recurrence.cron("0 0 6 * * MON-FRI").zone(ZoneId.of("Europe/Berlin")).overlap(Overlap.SKIP)
 * Recurrence.every(Duration.ofMinutes(15)).misfire(Misfire.SKIP)
 * </pre>
 *
 * @param cron the cron expression, in the form of
 * {@link org.springframework.scheduling.support.CronExpression}, or {@code null}
 * @param zone the time zone of the cron expression; UTC unless it is set
 * @param every the interval, or {@code null}
 * @param misfire what becomes of missed firing times; {@link Misfire#ONCE} unless it is
 * set
 * @param overlap what happens when the last job has not ended yet; {@link Overlap#ALLOW}
 * unless it is set
 * @since 0.1.0
 */
public record Recurrence(@Nullable String cron, ZoneId zone, @Nullable Duration every, Misfire misfire,
		Overlap overlap) {

	/**
	 * The shortest interval.
	 */
	public static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

	/**
	 * The longest interval.
	 */
	public static final Duration LONGEST_INTERVAL = Duration.ofDays(3650);

	/**
	 * How many missed firing times get a job at most, with {@link Misfire#ALL}.
	 */
	public static final int MAX_MISSED = 100;

	/**
	 * For how many seconds a firing time has not been missed yet.
	 */
	public static final int GRACE_SECONDS = 60;

	/**
	 * Create a recurrence.
	 * @throws IllegalArgumentException if it has no firing times
	 */
	public Recurrence {
		Assert.isTrue((cron == null) != (every == null), "A job recurs either by a cron expression or at an interval");
		Assert.notNull(zone, "'zone' must not be null");
		Assert.notNull(misfire, "'misfire' must not be null");
		Assert.notNull(overlap, "'overlap' must not be null");
		if (cron != null) {
			CronSchedule.check(cron, zone);
		}
		if (every != null) {
			Duration interval = every;
			Assert.isTrue(every.compareTo(SHORTEST_INTERVAL) >= 0 && every.compareTo(LONGEST_INTERVAL) <= 0,
					() -> "'every' must be from " + SHORTEST_INTERVAL.toSeconds() + " second to "
							+ LONGEST_INTERVAL.toDays() + " days, not " + interval);
			Assert.isTrue(every.toNanosPart() % 1_000_000 == 0,
					() -> "'every' must be a whole number of milliseconds, not " + interval);
		}
	}

	/**
	 * Return a recurrence by a cron expression, in UTC unless another zone is set.
	 * @param expression six fields, from seconds to days of the week, or a macro such as
	 * {@code @daily}
	 * @return the recurrence
	 * @throws IllegalArgumentException if the expression is not valid, or never comes
	 * true
	 */
	public static Recurrence cron(String expression) {
		Assert.hasText(expression, "'expression' must not be empty");
		return new Recurrence(expression.trim(), ZoneOffset.UTC, null, Misfire.ONCE, Overlap.ALLOW);
	}

	/**
	 * Return a recurrence at a fixed interval, which is counted from when the definition
	 * is created.
	 * @param interval from one second to 3,650 days, in whole milliseconds
	 * @return the recurrence
	 */
	public static Recurrence every(Duration interval) {
		Assert.notNull(interval, "'interval' must not be null");
		return new Recurrence(null, ZoneOffset.UTC, interval, Misfire.ONCE, Overlap.ALLOW);
	}

	/**
	 * Return this recurrence in another time zone.
	 * @param value the zone of the cron expression
	 * @return the new recurrence
	 * @throws IllegalStateException if it is no cron expression
	 */
	public Recurrence zone(ZoneId value) {
		Assert.state(this.cron != null, "Only a cron expression has a time zone");
		return new Recurrence(this.cron, value, this.every, this.misfire, this.overlap);
	}

	/**
	 * Return this recurrence with another policy for missed firing times.
	 * @param value the policy
	 * @return the new recurrence
	 */
	public Recurrence misfire(Misfire value) {
		return new Recurrence(this.cron, this.zone, this.every, value, this.overlap);
	}

	/**
	 * Return this recurrence with another policy for overlaps.
	 * @param value the policy
	 * @return the new recurrence
	 */
	public Recurrence overlap(Overlap value) {
		return new Recurrence(this.cron, this.zone, this.every, this.misfire, value);
	}

	/**
	 * Return the first firing time after an instant, for a definition that begins then.
	 * @param start the instant
	 * @return the firing time, or {@code null} if there is none any more
	 */
	public @Nullable Instant firstAfter(Instant start) {
		return schedule().first(start);
	}

	Schedule schedule() {
		if (this.cron != null) {
			return new CronSchedule(this.cron, this.zone);
		}
		Assert.state(this.every != null, "There is neither a cron expression nor an interval");
		return new IntervalSchedule(this.every);
	}

	boolean hasSameTimesAs(Recurrence other) {
		return misfire(Misfire.ONCE).overlap(Overlap.ALLOW).equals(other.misfire(Misfire.ONCE).overlap(Overlap.ALLOW));
	}

	@Override
	public String toString() {
		return (this.cron != null) ? "'" + this.cron + "' in " + this.zone : "every " + this.every;
	}

}
