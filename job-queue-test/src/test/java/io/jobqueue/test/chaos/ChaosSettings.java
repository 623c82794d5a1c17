package io.jobqueue.test.chaos;

import java.time.Duration;
import java.util.List;

import io.jobqueue.retry.Backoff;
import io.jobqueue.worker.PoolOptions;
import io.jobqueue.worker.QueueShare;
import io.jobqueue.worker.WorkerOptions;

/**
 * How workers are set up, and what that promises.
 *
 * @param heartbeat how often a node tells that it is alive
 * @param deadAfter after how long a silence a node is dead
 * @param shutdownTimeout how long a stop waits for running jobs
 * @param workers the number of nodes
 * @param concurrency how many jobs a node runs at once
 * @param lingers whether a process that was told to end stays until it is killed
 */
record ChaosSettings(Duration heartbeat, Duration deadAfter, Duration shutdownTimeout, int workers, int concurrency,
		boolean lingers) {

	static final String QUEUE = "chaos";

	/** How often nodes look after workflows. */
	static final Duration WORKFLOWS = Duration.ofMillis(500);

	/** For the time that a busy machine takes. */
	private static final Duration SLACK = Duration.ofSeconds(5);

	static ChaosSettings quick() {
		return new ChaosSettings(Duration.ofMillis(500), Duration.ofSeconds(3), Duration.ofSeconds(1), 3, 8, false);
	}

	static ChaosSettings defaults() {
		WorkerOptions defaults = WorkerOptions.of(PoolOptions.of(1, QUEUE));
		return new ChaosSettings(defaults.heartbeatInterval(), defaults.deadAfter(), defaults.shutdownTimeout(), 3, 8,
				false);
	}

	ChaosSettings withWorkers(int number) {
		return new ChaosSettings(this.heartbeat, this.deadAfter, this.shutdownTimeout, number, this.concurrency,
				this.lingers);
	}

	/**
	 * Return settings with which a node that a busy machine keeps from telling that it is
	 * alive is not taken for dead so soon, nor stopped in the midst of its jobs.
	 */
	ChaosSettings withPatience(Duration silence, Duration stop) {
		return new ChaosSettings(this.heartbeat, silence, stop, this.workers, this.concurrency, this.lingers);
	}

	ChaosSettings lingering() {
		return new ChaosSettings(this.heartbeat, this.deadAfter, this.shutdownTimeout, this.workers, this.concurrency,
				true);
	}

	/**
	 * Return after how long, at the latest, another node has begun to run what a dead one
	 * has left.
	 */
	Duration rescueBound() {
		return rescueTime().plus(SLACK);
	}

	/**
	 * Return after how long a dead node has been rescued: it must have been silent for
	 * long enough, and then somebody must look.
	 */
	Duration rescueTime() {
		return this.deadAfter.plus(this.deadAfter.dividedBy(3));
	}

	/**
	 * Return how long a node waits at most before it tries to reach the store again.
	 */
	Duration longestPause() {
		return this.deadAfter.dividedBy(3);
	}

	WorkerOptions options(String node) {
		PoolOptions pool = new PoolOptions("default", List.of(QueueShare.of(QUEUE)), false, this.concurrency,
				PoolOptions.DEFAULT_MAX_PREFETCH);
		Backoff backoff = Backoff.exponential(Duration.ofMillis(200), 2, Duration.ofSeconds(3));
		return new WorkerOptions(node, List.of(pool), backoff, Duration.ofSeconds(1), this.heartbeat, this.deadAfter,
				this.shutdownTimeout);
	}

	List<String> toArguments() {
		return List.of(Long.toString(this.heartbeat.toMillis()), Long.toString(this.deadAfter.toMillis()),
				Long.toString(this.shutdownTimeout.toMillis()), Integer.toString(this.concurrency),
				Boolean.toString(this.lingers));
	}

	static ChaosSettings of(List<String> arguments) {
		return new ChaosSettings(Duration.ofMillis(Long.parseLong(arguments.get(0))),
				Duration.ofMillis(Long.parseLong(arguments.get(1))),
				Duration.ofMillis(Long.parseLong(arguments.get(2))), 1, Integer.parseInt(arguments.get(3)),
				Boolean.parseBoolean(arguments.get(4)));
	}

}
