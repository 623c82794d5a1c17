package io.jobqueue.test.chaos;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * The handlers of the harness.
 */
enum JobKind {

	/** Ends at once. */
	PLAIN(33),

	/** Has an effect in the transaction of the job. */
	TRANSACTIONAL(25),

	/** Fails up to two times, then succeeds. */
	FLAKY(10),

	/** Fails up to two times after it had its effect, then succeeds. */
	TRANSACTIONAL_FLAKY(8),

	/** Takes a few seconds. */
	SLOW(8),

	/** Takes a few seconds with its transaction open. */
	TRANSACTIONAL_SLOW(8),

	/** Takes no notice of interrupts. */
	STUBBORN(2),

	/** Takes no notice of interrupts, with its transaction open. */
	TRANSACTIONAL_STUBBORN(4),

	/** Fails until it has no attempts left. */
	DOOMED(2),

	/** Takes a few milliseconds, and leaves no trace. */
	BRIEF(0),

	/** Takes a moment, and may have to wait for others. */
	LIMITED(0),

	/** Takes long enough to need more than one worker. */
	PROBE(0),

	/** Waits for its gate, whatever it is told. */
	HELD(0),

	/** Waits for its gate with its effect written and its transaction open. */
	TRANSACTIONAL_HELD(0),

	/** Waits for its gate until it is interrupted. */
	WAITING(0),

	/** Ends its process without a word. */
	POISON_HALT(0),

	/** Ends its process with everything that belongs to a proper end. */
	POISON_EXIT(0);

	private final int share;

	JobKind(int share) {
		this.share = share;
	}

	String handler() {
		return "chaos." + name().toLowerCase(Locale.ROOT);
	}

	int maxAttempts() {
		return (this == DOOMED) ? 2 : 100;
	}

	boolean isTransactional() {
		return this == TRANSACTIONAL || this == TRANSACTIONAL_FLAKY || this == TRANSACTIONAL_SLOW
				|| this == TRANSACTIONAL_STUBBORN || this == TRANSACTIONAL_HELD;
	}

	private JobKind plain() {
		return switch (this) {
			case TRANSACTIONAL -> PLAIN;
			case TRANSACTIONAL_FLAKY -> FLAKY;
			case TRANSACTIONAL_SLOW -> SLOW;
			case TRANSACTIONAL_STUBBORN -> STUBBORN;
			case TRANSACTIONAL_HELD -> HELD;
			default -> this;
		};
	}

	/**
	 * Return the kinds that a store can run.
	 * @param isTransactional whether it knows transactional handlers
	 */
	static List<JobKind> all(boolean isTransactional) {
		return Arrays.stream(values()).filter((kind) -> isTransactional || !kind.isTransactional()).toList();
	}

	/**
	 * Draw a kind.
	 * @param isTransactional whether the store knows transactional handlers
	 */
	static JobKind any(RandomGenerator random, boolean isTransactional) {
		int left = random.nextInt(100);
		for (JobKind kind : values()) {
			left -= kind.share;
			if (left < 0) {
				return isTransactional ? kind : kind.plain();
			}
		}
		throw new IllegalStateException("The shares do not add up to 100");
	}

}
