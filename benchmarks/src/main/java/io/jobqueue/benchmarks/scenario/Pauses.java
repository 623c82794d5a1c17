package io.jobqueue.benchmarks.scenario;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Ways to wait.
 */
final class Pauses {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private static final long STEP_NANOS = 1_000_000;

	private Pauses() {
	}

	static void sleep(Duration duration) {
		sleepUntil(System.nanoTime() + duration.toNanos());
	}

	/**
	 * Wait for a moment.
	 * @param nanoTime the moment, by {@link System#nanoTime()}
	 */
	static void sleepUntil(long nanoTime) {
		long left = nanoTime - System.nanoTime();
		while (left > 0) {
			LockSupport.parkNanos(left);
			left = nanoTime - System.nanoTime();
		}
	}

	/**
	 * Wait until a number is reached that grows.
	 * @param number the number, at which is looked every millisecond
	 * @param goal what has to be reached
	 */
	static void await(LongSupplier number, long goal) {
		long seen = number.getAsLong();
		long giveUp = System.nanoTime() + PATIENCE.toNanos();
		while (seen < goal) {
			LockSupport.parkNanos(STEP_NANOS);
			long now = number.getAsLong();
			if (now != seen) {
				giveUp = System.nanoTime() + PATIENCE.toNanos();
			}
			seen = now;
			if (System.nanoTime() > giveUp) {
				throw new IllegalStateException("Only " + seen + " of " + goal + " for two minutes");
			}
		}
	}

	static void await(BooleanSupplier condition) {
		await(() -> condition.getAsBoolean() ? 1 : 0, 1);
	}

}
