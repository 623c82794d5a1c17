package io.jobqueue.store.redis;

/**
 * Numbers as scripts write them.
 */
final class Digits {

	private static final int BASE = 10;

	private Digits() {
	}

	/**
	 * Return the number that digits stand for. A text would cost more than the number.
	 * @param digits digits only
	 */
	static long parse(byte[] digits) {
		long number = 0;
		for (byte digit : digits) {
			number = number * BASE + (digit - '0');
		}
		return number;
	}

}
