package io.jobqueue.benchmarks.scenario;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.engine.Probe;
import io.jobqueue.benchmarks.engine.Worker;
import io.jobqueue.benchmarks.measure.Meter;
import io.jobqueue.benchmarks.measure.Sample;
import io.jobqueue.benchmarks.measure.Usage;
import io.jobqueue.benchmarks.server.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * What a node asks its server while there is nothing to do, for the given time.
 */
public final class Idle implements Scenario {

	/** Until a node has done what it does once, at its start. */
	private static final Duration START = Duration.ofSeconds(3);

	@Override
	public String name() {
		return "idle";
	}

	@Override
	public long defaultJobs() {
		return 1;
	}

	@Override
	public boolean needsWarmUp() {
		return false;
	}

	@Override
	public int runs(int asked) {
		return 1;
	}

	@Override
	public Map<String, String> serverSettings() {
		return Map.of("shared_preload_libraries", "pg_stat_statements");
	}

	@Override
	public List<Variant> variants(Engine engine, RunOptions options) {
		return Live.only(engine, options, (live) -> !live.isBare());
	}

	@Override
	public Sample run(Variant variant, Workspace workspace, RunOptions options) {
		try (LiveSession session = Live.open(variant, workspace)) {
			Worker worker = session.work(new Probe(1));
			try {
				Duration duration = options.duration();
				Pauses.sleep((duration.compareTo(START) < 0) ? duration : START);
				return measure(workspace, duration);
			}
			finally {
				worker.close();
			}
		}
	}

	private static Sample measure(Workspace workspace, Duration duration) {
		Meter meter = new Meter(workspace, () -> {
		});
		Long before = workspace.statements();
		long start = System.nanoTime();
		Pauses.sleep(duration);
		Long after = workspace.statements();
		double seconds = (System.nanoTime() - start) / 1e9;
		Usage usage = meter.usage();
		Map<String, Object> details = new HashMap<>();
		put(details, "statementsPerSecond", (before != null && after != null) ? after - before : null, seconds);
		put(details, "clientCpuMillisPerSecond", usage.clientCpuNanos(), seconds * 1e6);
		put(details, "serverCpuMillisPerSecond", usage.server().cpuNanos(), seconds * 1e6);
		return new Sample(0, duration, null, null, null, details);
	}

	private static void put(Map<String, Object> details, String name, @Nullable Long value, double unit) {
		if (value != null) {
			details.put(name, value / unit);
		}
	}

}
