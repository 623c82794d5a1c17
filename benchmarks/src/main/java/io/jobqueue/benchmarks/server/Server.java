package io.jobqueue.benchmarks.server;

/**
 * A running server, started for the benchmark or named by the user.
 */
public interface Server extends AutoCloseable {

	/**
	 * Return the kind of server.
	 * @return the kind
	 */
	Store store();

	/**
	 * Return what has to be known about the server to judge a figure.
	 * @return version and settings, in one line
	 */
	String description();

	/**
	 * Create an empty place for one run of one engine.
	 * @return the place, to be closed
	 */
	Workspace open();

	@Override
	void close();

}
