package io.jobqueue.benchmarks.engine;

import io.jobqueue.benchmarks.server.Store;
import org.jspecify.annotations.Nullable;

/**
 * A job queue on one kind of server.
 */
public interface Engine {

	/**
	 * Return the name by which it is chosen.
	 * @return the name
	 */
	String name();

	/**
	 * Return the version that is measured.
	 * @return the version
	 */
	String version();

	/**
	 * Return the kind of server it works on.
	 * @return the kind
	 */
	Store store();

	/**
	 * Return whether finished jobs are kept, if there is no choice.
	 * @return the answer; {@code null} if both can be had
	 */
	@Nullable Boolean fixedHistory();

	/**
	 * Return whether the engine keeps finished jobs unless it is told otherwise.
	 * @return the answer
	 */
	default boolean keepsHistoryByDefault() {
		return !Boolean.FALSE.equals(fixedHistory());
	}

	/**
	 * Return by how much fewer jobs are enough to see its pace, so that a run does not
	 * take minutes.
	 * @return the divisor of the number of jobs that nobody has asked for
	 */
	default int slowness() {
		return 1;
	}

	/**
	 * Set the queue up in an empty place.
	 * @param url where
	 * @param settings how
	 * @return the queue, to be closed
	 */
	Session open(String url, EngineSettings settings);

}
