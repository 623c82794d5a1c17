package io.jobqueue.retry;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

import org.springframework.util.Assert;

/**
 * Delays that are listed: the first one after the first failure, and so on; the last one
 * repeats as long as attempts are left. Each is then moved by a random part of at most
 * {@code jitter}.
 *
 * @param delays the delays, 1 to {@value #MAX_SIZE}, none negative or longer than 365
 * days
 * @param jitter the greatest random change, as a part of the delay, from 0 (none) to 1
 * @since 0.1.0
 */
public record DelayList(List<Duration> delays, double jitter) implements RetryDelays {

	/**
	 * The greatest number of delays.
	 */
	public static final int MAX_SIZE = 100;

	static final String PREFIX = "list ";

	/**
	 * Create delays.
	 */
	public DelayList {
		delays = List.copyOf(delays);
		int size = delays.size();
		Assert.isTrue(size >= 1 && size <= MAX_SIZE,
				() -> "There must be from 1 to " + MAX_SIZE + " delays, not " + size);
		for (Duration delay : delays) {
			Assert.isTrue(!delay.isNegative(), () -> "A delay must not be negative, but one is " + delay);
			Assert.isTrue(delay.compareTo(Backoff.LONGEST_DELAY) <= 0, () -> "A delay must not be longer than "
					+ Backoff.LONGEST_DELAY.toDays() + " days, but one is " + delay);
		}
		Assert.isTrue(jitter >= 0 && jitter <= 1, () -> "'jitter' must be from 0 to 1, but is " + jitter);
	}

	/**
	 * Return delays without jitter.
	 * @param first the delay after the first failure
	 * @param more the delays after further ones
	 * @return the delays
	 */
	public static DelayList of(Duration first, Duration... more) {
		Duration[] delays = new Duration[more.length + 1];
		delays[0] = first;
		System.arraycopy(more, 0, delays, 1, more.length);
		return new DelayList(List.of(delays), 0);
	}

	@Override
	public Duration delay(int failedAttempts, Throwable failure) {
		return delay(failedAttempts, ThreadLocalRandom.current()::nextDouble);
	}

	Duration delay(int failedAttempts, DoubleSupplier random) {
		Assert.isTrue(failedAttempts >= 1, "'failedAttempts' must be at least 1");
		Duration delay = this.delays.get(Math.min(failedAttempts, this.delays.size()) - 1);
		return Duration.ofMillis(Math.round(Backoff.move(delay.toMillis(), this.jitter, random)));
	}

	/**
	 * Return these delays as one short text.
	 * @return the text, such as {@code "list 0.0 1000 60000"}: the jitter, then the
	 * delays in milliseconds
	 */
	@Override
	public String format() {
		return PREFIX + this.jitter + " "
				+ this.delays.stream().map((delay) -> Long.toString(delay.toMillis())).collect(Collectors.joining(" "));
	}

	static DelayList parse(String text) {
		String[] parts = text.substring(PREFIX.length()).split(" ");
		return new DelayList(
				Arrays.stream(parts).skip(1).map((part) -> Duration.ofMillis(Long.parseLong(part))).toList(),
				Double.parseDouble(parts[0]));
	}

}
