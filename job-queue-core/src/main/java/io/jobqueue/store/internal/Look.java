package io.jobqueue.store.internal;

import java.time.Duration;

/**
 * A look at who is silent. If the answer takes long, the store may have been away in the
 * meantime, and all nodes silent for want of somebody to talk to. What they say now may
 * come behind the answer, so it is worth nothing.
 */
public final class Look {

	/** The part of the silence that an answer may take. */
	private static final int PART = 4;

	private final long deadline;

	private Look(long deadline) {
		this.deadline = deadline;
	}

	/**
	 * Begin.
	 * @param silence how long nodes must have been silent
	 */
	public static Look begin(Duration silence) {
		return new Look(System.nanoTime() + silence.toNanos() / PART);
	}

	/**
	 * Return whether the answer that has just come took too long.
	 */
	public boolean isOutdated() {
		return System.nanoTime() - this.deadline > 0;
	}

}
