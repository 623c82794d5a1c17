package io.jobqueue.benchmarks.server;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * An empty place on a server for one run of one engine: a database of its own on
 * PostgreSQL, the whole server on Redis. What is in it is lost when it is closed.
 */
public interface Workspace extends AutoCloseable {

	/**
	 * Return where it is.
	 * @return a URL with all that is needed to connect
	 */
	String url();

	/**
	 * Do what a server does by itself after a while, so that it does not do so in the
	 * middle of a run of one engine but not of another.
	 */
	void settle();

	/**
	 * Return what the server has counted so far. Connections should be closed before,
	 * because they report late.
	 * @return the counters
	 */
	Counters counters();

	/**
	 * Return how many statements clients have sent so far.
	 * @return statements of PostgreSQL, if the server counts them; commands of Redis,
	 * those inside of scripts included
	 */
	@Nullable Long statements();

	/**
	 * Return the processes of the server.
	 * @return the first ones of them; empty if they are not of this machine
	 */
	List<ProcessHandle> processes();

	@Override
	void close();

}
