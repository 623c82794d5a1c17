package io.jobqueue.metrics;

import java.time.Duration;
import java.util.List;

import io.jobqueue.event.JobEvent;

/**
 * Told, on the threads that do the work, what is worth counting or measuring on this
 * node. Unlike a {@link io.jobqueue.event.JobListener} it misses nothing and has no time:
 * it must return at once. What it throws is logged once and changes nothing.
 * <p>
 * Further abilities of the job queue add methods; each does nothing unless it is
 * implemented.
 *
 * @since 0.1.0
 */
public interface JobMetrics {

	/**
	 * Measures nothing, at no price.
	 */
	JobMetrics NONE = new JobMetrics() {
	};

	/**
	 * Jobs were accepted, by the store and by the transaction of their enqueuer.
	 * @param queue the queue
	 * @param handler the name of the handler, which this application may not have
	 * @param jobs how many
	 */
	default void enqueued(String queue, String handler, int jobs) {
	}

	/**
	 * An attempt begins.
	 * @param queue the queue
	 * @param handler the name of the handler
	 * @param waited how long the job has been due, by the clock of this node; never
	 * negative
	 */
	default void started(String queue, String handler, Duration waited) {
	}

	/**
	 * The store has recorded, or refused, how a leased job ended.
	 * @param queue the queue
	 * @param handler the name of the handler, which this application may not have if the
	 * job was released
	 * @param outcome how it ended
	 * @param elapsed how long the attempt ran; zero if the job was released
	 */
	default void finished(String queue, String handler, JobEvent.Type outcome, Duration elapsed) {
	}

	/**
	 * The worker of this node has started.
	 * @param pools the names of its pools
	 */
	default void workerStarted(List<String> pools) {
	}

	/**
	 * The store has answered an exchange.
	 * @param pool the name of the pool
	 * @param elapsed how long that took
	 * @param settled how many outcomes it took
	 * @param claimed how many jobs it gave
	 */
	default void exchanged(String pool, Duration elapsed, int settled, int claimed) {
	}

	/**
	 * An exchange failed. It is repeated.
	 * @param pool the name of the pool
	 * @param elapsed how long that took
	 */
	default void exchangeFailed(String pool, Duration elapsed) {
	}

	/**
	 * A heartbeat was answered so late that another one was missing.
	 */
	default void heartbeatLate() {
	}

	/**
	 * This node gave up its id, because it is or may soon be declared dead.
	 */
	default void lapsed() {
	}

	/**
	 * This node has found others dead.
	 * @param nodes how many
	 * @param jobs how many of their jobs are available again
	 * @param abandoned how many of their jobs failed for good, because they were
	 * abandoned too often
	 */
	default void rescued(int nodes, int jobs, int abandoned) {
	}

	/**
	 * A recurring job has got jobs from this node, at its firing times or by hand. They
	 * count as {@linkplain #enqueued enqueued}, too.
	 * @param queue the queue
	 * @param handler the name of the handler
	 * @param jobs how many
	 */
	default void fired(String queue, String handler, int jobs) {
	}

	/**
	 * This node has found that nobody was there at a firing time, or at several in a row;
	 * what becomes of them is up to the policy.
	 * @param queue the queue
	 * @param handler the name of the handler
	 */
	default void misfired(String queue, String handler) {
	}

	/**
	 * A firing time, or several in a row, got no job because the one before had not
	 * ended.
	 * @param queue the queue
	 * @param handler the name of the handler
	 */
	default void overlapped(String queue, String handler) {
	}

}
