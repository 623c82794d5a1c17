package io.jobqueue.retry;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

import org.springframework.util.Assert;

/**
 * Delays that grow: the first is {@code delay}, each further one is {@code multiplier}
 * times as long, none is longer than {@code maxDelay}; each is then moved by a random
 * part of at most {@code jitter}, so that jobs which failed together do not come back
 * together.
 *
 * @param delay the delay after the first failure, not negative
 * @param multiplier how much longer each further delay is, at least 1; 1 for equal delays
 * @param maxDelay the longest delay before jitter, at least {@code delay}
 * @param jitter the greatest random change, as a part of the delay, from 0 (none) to 1
 * @since 0.1.0
 */
public record Backoff(Duration delay, double multiplier, Duration maxDelay, double jitter) implements RetryDelays {

	/**
	 * The longest delay that can be configured.
	 */
	public static final Duration LONGEST_DELAY = Duration.ofDays(365);

	/**
	 * What is used unless something else is configured: 1 s, doubled each time up to 1 h,
	 * give or take a fifth.
	 */
	public static final Backoff DEFAULT = new Backoff(Duration.ofSeconds(1), 2, Duration.ofHours(1), 0.2);

	/**
	 * Create delays.
	 */
	public Backoff {
		Assert.isTrue(!delay.isNegative(), () -> "'delay' must not be negative, but is " + delay);
		Assert.isTrue(multiplier >= 1 && Double.isFinite(multiplier),
				() -> "'multiplier' must be at least 1, but is " + multiplier);
		Assert.isTrue(maxDelay.compareTo(delay) >= 0,
				() -> "'maxDelay' must not be shorter than 'delay', but " + maxDelay + " is shorter than " + delay);
		Assert.isTrue(maxDelay.compareTo(LONGEST_DELAY) <= 0,
				() -> "'maxDelay' must not be longer than " + LONGEST_DELAY.toDays() + " days, but is " + maxDelay);
		Assert.isTrue(jitter >= 0 && jitter <= 1, () -> "'jitter' must be from 0 to 1, but is " + jitter);
	}

	/**
	 * Return delays that are all equal, without jitter.
	 * @param delay the delay, not negative
	 * @return the delays
	 */
	public static Backoff fixed(Duration delay) {
		return new Backoff(delay, 1, delay, 0);
	}

	/**
	 * Return delays that grow, with the jitter of {@link #DEFAULT}.
	 * @param delay the delay after the first failure, not negative
	 * @param multiplier how much longer each further delay is, at least 1
	 * @param maxDelay the longest delay
	 * @return the delays
	 */
	public static Backoff exponential(Duration delay, double multiplier, Duration maxDelay) {
		return new Backoff(delay, multiplier, maxDelay, DEFAULT.jitter());
	}

	@Override
	public Duration delay(int failedAttempts, Throwable failure) {
		return delay(failedAttempts, ThreadLocalRandom.current()::nextDouble);
	}

	Duration delay(int failedAttempts, DoubleSupplier random) {
		Assert.isTrue(failedAttempts >= 1, "'failedAttempts' must be at least 1");
		// The power may overflow to infinity, which the minimum then takes back.
		double grown = Math.min(this.delay.toMillis() * Math.pow(this.multiplier, failedAttempts - 1),
				this.maxDelay.toMillis());
		return Duration.ofMillis(Math.round(move(grown, this.jitter, random)));
	}

	static double move(double millis, double jitter, DoubleSupplier random) {
		return millis * (1 + jitter * (2 * random.getAsDouble() - 1));
	}

	/**
	 * Return these delays as one short text, the inverse of {@link #parse(String)}; this
	 * is how a job keeps its own.
	 * @return the text, such as {@code "1000 2.0 3600000 0.2"}, times in milliseconds
	 */
	@Override
	public String format() {
		return this.delay.toMillis() + " " + this.multiplier + " " + this.maxDelay.toMillis() + " " + this.jitter;
	}

	/**
	 * Return the delays that a text of {@link #format()} stands for.
	 * @param text the text
	 * @return the delays
	 * @throws IllegalArgumentException if the text is not of that form
	 */
	public static Backoff parse(String text) {
		String[] parts = text.split(" ");
		Assert.isTrue(parts.length == 4, () -> "Not the text of a backoff: '" + text + "'");
		return new Backoff(Duration.ofMillis(Long.parseLong(parts[0])), Double.parseDouble(parts[1]),
				Duration.ofMillis(Long.parseLong(parts[2])), Double.parseDouble(parts[3]));
	}

}
