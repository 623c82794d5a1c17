package io.jobqueue.worker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whether the store answers. An outage is logged once when it begins and once when it
 * ends, however many calls fail meanwhile. Thread-safe.
 */
final class StoreWatch {

	private static final Log logger = LogFactory.getLog(StoreWatch.class);

	private static final Duration FIRST_DELAY = Duration.ofMillis(50);

	private static final Duration LONGEST_DELAY = Duration.ofSeconds(5);

	private static final int MAX_DOUBLINGS = 7;

	private final Clock clock;

	private @Nullable Outage outage;

	StoreWatch(Clock clock) {
		this.clock = clock;
	}

	synchronized void answered() {
		if (this.outage != null) {
			logger.info("The job store answers again after "
					+ Duration.between(this.outage.since(), this.clock.instant()) + "; all work goes on");
			this.outage = null;
		}
	}

	synchronized void failed(Throwable failure) {
		if (this.outage == null) {
			this.outage = new Outage(this.clock.instant(), failure);
			logger.warn("The job store does not answer; it is asked again until it does, at least every "
					+ LONGEST_DELAY.toSeconds() + " s, and nothing is lost meanwhile: " + failure.getMessage());
			logger.debug("The first failure of this outage", failure);
		}
	}

	synchronized @Nullable Outage outage() {
		return this.outage;
	}

	/**
	 * Return how long to wait before the next attempt: doubled each time, with jitter, so
	 * that the nodes do not come back all at once.
	 * @param failures how many attempts have failed in a row, at least 1
	 */
	static Duration backoff(int failures) {
		long nanos = Math.min(FIRST_DELAY.toNanos() << Math.min(failures - 1, MAX_DOUBLINGS), LONGEST_DELAY.toNanos());
		return Duration.ofNanos((long) (nanos * (0.5 + ThreadLocalRandom.current().nextDouble() / 2)));
	}

	/**
	 * A time during which the store does not answer.
	 *
	 * @param since when it began
	 * @param failure what was seen first
	 */
	record Outage(Instant since, Throwable failure) {
	}

}
