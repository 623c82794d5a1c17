package io.jobqueue.worker;

/**
 * How many jobs of a queue end per second on this node, as a moving average over a few
 * dozen milliseconds. Not thread-safe.
 */
final class Pace {

	private static final double NANOS_PER_SECOND = 1e9;

	private static final double WINDOW = 0.05;

	private static final long SHORTEST_SAMPLE = 500_000;

	private long sampledAt;

	private long count;

	private double perSecond;

	Pace(long now) {
		this.sampledAt = now;
	}

	void ended() {
		this.count++;
	}

	/**
	 * Return how many jobs will probably end within the window that follows.
	 */
	int expected(long now) {
		long nanos = now - this.sampledAt;
		if (nanos >= SHORTEST_SAMPLE) {
			double seconds = nanos / NANOS_PER_SECOND;
			double share = 1 - Math.exp(-seconds / WINDOW);
			this.perSecond += share * (this.count / seconds - this.perSecond);
			this.count = 0;
			this.sampledAt = now;
		}
		return (int) (this.perSecond * WINDOW);
	}

}
