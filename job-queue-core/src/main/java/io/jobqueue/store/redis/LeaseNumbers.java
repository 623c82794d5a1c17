package io.jobqueue.store.redis;

/**
 * How the number of a lease is made of its node and its number in the queue, which tells
 * where to look for it.
 */
final class LeaseNumbers {

	private static final int BITS = 32;

	private static final long MASK = (1L << BITS) - 1;

	private LeaseNumbers() {
	}

	static long of(long node, long lease) {
		return node << BITS | lease;
	}

	static long node(long number) {
		return number >>> BITS;
	}

	static long lease(long number) {
		return number & MASK;
	}

}
