package io.jobqueue.serialization;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobLimit;
import io.jobqueue.RateLimit;

/**
 * A limit as a text: the number of jobs at once, then permits, milliseconds and burst of
 * the rate; {@code -} for what is not limited.
 */
final class LimitText {

	private static final String NONE = "-";

	private static final int MAX = 0;

	private static final int PERMITS = 1;

	private static final int MILLIS = 2;

	private static final int BURST = 3;

	private LimitText() {
	}

	static @Nullable String write(JobLimit limit) {
		if (limit.isNone()) {
			return null;
		}
		RateLimit rate = limit.rate();
		return ((limit.maxConcurrent() != null) ? limit.maxConcurrent() : NONE) + " "
				+ ((rate != null) ? rate.permits() + " " + rate.period().toMillis() + " " + rate.burst() : NONE);
	}

	static JobLimit read(@Nullable String text) {
		if (text == null) {
			return JobLimit.NONE;
		}
		String[] parts = text.split(" ");
		Integer max = parts[MAX].equals(NONE) ? null : Integer.valueOf(parts[MAX]);
		RateLimit rate = parts[PERMITS].equals(NONE) ? null : new RateLimit(Long.parseLong(parts[PERMITS]),
				Duration.ofMillis(Long.parseLong(parts[MILLIS])), Integer.parseInt(parts[BURST]));
		return new JobLimit(max, rate);
	}

}
