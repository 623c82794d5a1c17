package io.jobqueue.test.worker;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Where handlers wait until a test lets them go on. Thread-safe.
 */
final class Gate {

	private static final long LONGEST_SECONDS = 60;

	private final CountDownLatch arrived = new CountDownLatch(1);

	private final CountDownLatch opened = new CountDownLatch(1);

	/**
	 * Wait for the gate to open.
	 */
	void pass() throws InterruptedException {
		this.arrived.countDown();
		if (!this.opened.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
			throw new IllegalStateException("The gate was never opened");
		}
	}

	/**
	 * Wait for the gate to open, whatever else happens.
	 * @return how often the waiting thread was interrupted
	 */
	int passStubbornly() {
		int interrupts = 0;
		while (true) {
			try {
				pass();
				return interrupts;
			}
			catch (InterruptedException ex) {
				interrupts++;
			}
		}
	}

	/**
	 * Wait for somebody to arrive.
	 */
	void awaitArrival() throws InterruptedException {
		if (!this.arrived.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
			throw new IllegalStateException("Nobody came to the gate");
		}
	}

	boolean hasArrivals() {
		return this.arrived.getCount() == 0;
	}

	boolean isOpen() {
		return this.opened.getCount() == 0;
	}

	void open() {
		this.opened.countDown();
	}

}
