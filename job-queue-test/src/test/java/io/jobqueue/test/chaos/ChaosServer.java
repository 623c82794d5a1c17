package io.jobqueue.test.chaos;

/**
 * A server that can be stopped and started with its data kept.
 */
interface ChaosServer extends AutoCloseable {

	/**
	 * Start, unless it is running.
	 */
	void start();

	/**
	 * Stop in the way of a planned restart.
	 */
	void stopFast();

	/**
	 * Stop in the way of a crash.
	 */
	void stopImmediately();

	/**
	 * Stop answering, with all connections open.
	 */
	void hang();

	/**
	 * Go on after that.
	 */
	void wakeUp();

	int port();

	@Override
	void close();

}
