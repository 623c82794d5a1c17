package io.jobqueue.test.worker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.jobqueue.event.JobEvent;
import io.jobqueue.metrics.JobMetrics;

/**
 * Counts by what it was told. Thread-safe.
 */
final class RecordingMetrics implements JobMetrics {

	private final Map<String, Integer> counts = new ConcurrentHashMap<>();

	private final Queue<Duration> waits = new ConcurrentLinkedQueue<>();

	@Override
	public void started(String queue, String handler, Duration waited) {
		this.waits.add(waited);
		count("started " + queue + " " + handler, 1);
	}

	@Override
	public void finished(String queue, String handler, JobEvent.Type outcome, Duration elapsed) {
		count("finished " + queue + " " + handler + " " + outcome, 1);
	}

	@Override
	public void workerStarted(List<String> pools) {
		count("worker started " + pools, 1);
	}

	@Override
	public void exchanged(String pool, Duration elapsed, int settled, int claimed) {
		count("exchanged " + pool, 1);
		count("settled " + pool, settled);
		count("claimed " + pool, claimed);
	}

	@Override
	public void exchangeFailed(String pool, Duration elapsed) {
		count("exchange failed " + pool, 1);
	}

	@Override
	public void heartbeatLate() {
		count("late", 1);
	}

	@Override
	public void lapsed() {
		count("lapsed", 1);
	}

	@Override
	public void rescued(int nodes, int jobs, int abandoned) {
		count("dead nodes", nodes);
		count("rescued", jobs);
		count("abandoned", abandoned);
	}

	@Override
	public void enqueued(String queue, String handler, int jobs) {
		count("enqueued " + queue + " " + handler, jobs);
	}

	@Override
	public void fired(String queue, String handler, int jobs) {
		count("fired " + queue + " " + handler, jobs);
	}

	@Override
	public void misfired(String queue, String handler) {
		count("misfired " + queue + " " + handler, 1);
	}

	private void count(String what, int by) {
		this.counts.merge(what, by, Integer::sum);
	}

	int get(String what) {
		return this.counts.getOrDefault(what, 0);
	}

	/**
	 * Return the counts of jobs, without those of exchanges and the node. On a slow
	 * machine jobs may be given back that wait for a thread, so these are left out, too.
	 */
	Map<String, Integer> ofJobs() {
		Map<String, Integer> found = new TreeMap<>(this.counts);
		found.keySet().removeIf((what) -> !what.startsWith("started ") && !what.startsWith("finished "));
		found.keySet().removeIf((what) -> what.endsWith(" RELEASED"));
		return found;
	}

	List<Duration> waits() {
		return List.copyOf(this.waits);
	}

}
