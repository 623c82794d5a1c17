package io.jobqueue.worker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whether the store answers. An outage begins with the first call that fails, and ends
 * when each of those who ask has got an answer; both are logged once, however many calls
 * fail meanwhile. Thread-safe.
 */
final class StoreWatch {

	private static final Log logger = LogFactory.getLog(StoreWatch.class);

	private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	/** So many attempts fit into the time after which a silent node is dead. */
	private static final int ATTEMPTS_BEFORE_DEATH = 3;

	private static final int MAX_DOUBLINGS = 7;

	private final Clock clock;

	private final Duration heartbeatInterval;

	private final Duration deadAfter;

	private final Duration longestPause;

	// All guarded by this.
	private final Set<Object> unanswered = Collections.newSetFromMap(new IdentityHashMap<>());

	private @Nullable Outage outage;

	private @Nullable Instant lastSilenceEnd;

	/**
	 * Create a watch.
	 * @param clock tells when outages begin and end
	 * @param heartbeatInterval how long an outage has to last to keep a node silent
	 * @param deadAfter after how long a silence others take a node for dead
	 */
	StoreWatch(Clock clock, Duration heartbeatInterval, Duration deadAfter) {
		this.clock = clock;
		this.heartbeatInterval = heartbeatInterval;
		this.deadAfter = deadAfter;
		Duration share = deadAfter.dividedBy(ATTEMPTS_BEFORE_DEATH);
		this.longestPause = (share.compareTo(LONGEST_PAUSE) < 0) ? share : LONGEST_PAUSE;
	}

	/**
	 * Take note of an answer, or that somebody has nothing more to ask.
	 */
	synchronized void answered(Object asker) {
		this.unanswered.remove(asker);
		if (this.outage != null && this.unanswered.isEmpty()) {
			Instant now = this.clock.instant();
			Duration length = Duration.between(this.outage.since(), now);
			if (length.compareTo(this.heartbeatInterval) >= 0) {
				this.lastSilenceEnd = now;
			}
			logger.info("The job store answers again after " + length + "; all work goes on");
			this.outage = null;
		}
	}

	/**
	 * Take note that a call has failed, and will be repeated until it is answered.
	 */
	synchronized void failed(Object asker, Throwable failure) {
		this.unanswered.add(asker);
		failed(failure);
	}

	/**
	 * Take note that a call has failed which will not be repeated soon.
	 */
	synchronized void failed(Throwable failure) {
		if (this.outage == null) {
			this.outage = new Outage(this.clock.instant(), failure);
			Failures.quietly(() -> {
				logger.warn("The job store does not answer; it is asked again until it does, at least every "
						+ this.longestPause.toMillis() + " ms, and nothing is lost meanwhile: "
						+ Failures.message(failure));
				logger.debug("The first failure of this outage", failure);
			});
		}
	}

	synchronized @Nullable Outage outage() {
		return this.outage;
	}

	/**
	 * Return whether the silence of others can be held against them: there is no outage,
	 * and the last that kept them silent, whatever came after it, has not ended so
	 * recently that they may not have come back yet.
	 */
	synchronized boolean isSteady() {
		if (this.outage != null) {
			return false;
		}
		return this.lastSilenceEnd == null
				|| Duration.between(this.lastSilenceEnd, this.clock.instant()).compareTo(this.deadAfter) > 0;
	}

	/**
	 * Return how long to wait before the next attempt: doubled each time, with jitter, so
	 * that the nodes do not come back all at once, and short enough for each of them to
	 * be back before others may hold its silence against it.
	 * @param failures how many attempts have failed in a row, at least 1
	 */
	Duration pause(int failures) {
		long nanos = Math.min(FIRST_PAUSE.toNanos() << Math.min(failures - 1, MAX_DOUBLINGS),
				this.longestPause.toNanos());
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
