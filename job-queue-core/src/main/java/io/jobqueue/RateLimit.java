package io.jobqueue;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.util.Assert;

/**
 * How many jobs may start within a time: a token bucket. A job that starts takes a token;
 * tokens come back evenly, and no more than {@code burst} are kept. So within any time at
 * most that time's tokens and one burst start.
 *
 * @param permits how many jobs may start within each period, at least 1
 * @param period the period, from one millisecond to 31 days
 * @param burst how many may start at once after a pause, at least 1
 * @since 0.1.0
 */
public record RateLimit(long permits, Duration period, int burst) {

	private static final Duration SHORTEST = Duration.ofMillis(1);

	private static final Duration LONGEST = Duration.ofDays(31);

	private static final Pattern TEXT = Pattern
		.compile("\\s*(\\d{1,9})\\s*/\\s*(\\d{0,9})\\s*(ms|s|m|h|d)\\s*(?:,\\s*burst\\s+(\\d{1,9})\\s*)?");

	/**
	 * Create a limit.
	 */
	public RateLimit {
		Assert.isTrue(permits >= 1, () -> "A rate must be of at least one job in a period, not of " + permits);
		Assert.isTrue(period.compareTo(SHORTEST) >= 0 && period.compareTo(LONGEST) <= 0,
				() -> "The period of a rate must be from one millisecond to " + LONGEST.toDays() + " days, not "
						+ period);
		Assert.isTrue(burst >= 1, () -> "The burst of a rate must be at least 1, not " + burst);
	}

	/**
	 * Return a limit whose burst is what one second brings, and at least one job.
	 * @param permits how many jobs may start within each period
	 * @param period the period
	 * @return the limit
	 */
	public static RateLimit of(long permits, Duration period) {
		RateLimit smallest = new RateLimit(permits, period, 1);
		return new RateLimit(permits, period, (int) Math.min(Math.max(smallest.perSecond(), 1), Integer.MAX_VALUE));
	}

	/**
	 * Return the limit that a text stands for.
	 * @param text for instance {@code "100/s"}, {@code "10/5m"} or
	 * {@code "1000/h, burst 50"}; the units are {@code ms}, {@code s}, {@code m},
	 * {@code h} and {@code d}; without a burst see {@link #of(long, Duration)}
	 * @return the limit
	 * @throws IllegalArgumentException if the text is not of that form
	 */
	public static RateLimit parse(String text) {
		Matcher matcher = TEXT.matcher(text.toLowerCase(Locale.ROOT));
		Assert.isTrue(matcher.matches(),
				() -> "'" + text + "' is no rate: write it as 100/s, 10/5m or 1000/h, burst 50");
		String count = matcher.group(2);
		Duration period = unit(matcher.group(3)).multipliedBy(count.isEmpty() ? 1 : Long.parseLong(count));
		long permits = Long.parseLong(matcher.group(1));
		String burst = matcher.group(4);
		return (burst != null) ? new RateLimit(permits, period, Integer.parseInt(burst)) : of(permits, period);
	}

	private static Duration unit(String name) {
		return switch (name) {
			case "ms" -> Duration.ofMillis(1);
			case "s" -> Duration.ofSeconds(1);
			case "m" -> Duration.ofMinutes(1);
			case "h" -> Duration.ofHours(1);
			default -> Duration.ofDays(1);
		};
	}

	/**
	 * Return how many jobs may start per second in the long run.
	 * @return the rate
	 */
	public double perSecond() {
		return this.permits * 1000.0 / this.period.toMillis();
	}

}
