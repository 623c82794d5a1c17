package io.jobqueue.benchmarks.scenario;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.LatencyProbe;
import io.jobqueue.benchmarks.engine.LiveEngine;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.engine.Worker;
import io.jobqueue.benchmarks.measure.Meter;
import io.jobqueue.benchmarks.measure.Sample;
import io.jobqueue.benchmarks.server.Store;
import io.jobqueue.benchmarks.server.Workspace;
import org.HdrHistogram.Histogram;

/**
 * Jobs flow for the given time, while a transaction holds a snapshot and so keeps
 * PostgreSQL from removing any dead row, and without such a transaction. Then, with the
 * snapshot still held, a backlog is run as fast as can be: that shows what the dead rows
 * cost, which a moderate flow may hide.
 */
public final class Pinned implements Scenario {

	/** What tells the variants apart. */
	public static final String SNAPSHOT = "snapshot";

	/** The curve: one point per interval. */
	public static final String CURVE = "curve";

	/** Jobs per second of the backlog at the end. */
	public static final String BURST = "burstPerSecond";

	private static final int PER_SECOND = 800;

	private static final int PER_TICK = 8;

	private static final int POINTS = 30;

	@Override
	public String name() {
		return "pinned";
	}

	/** Of the backlog at the end; the flow is given by its time. */
	@Override
	public long defaultJobs() {
		return 50_000;
	}

	@Override
	public boolean needsWarmUp() {
		return false;
	}

	@Override
	public List<Variant> variants(Engine engine, RunOptions options) {
		if (engine.store() != Store.POSTGRES || !(engine instanceof LiveEngine live) || !live.runsJobs()) {
			return List.of();
		}
		return Stream.of("none", "held")
			.map((snapshot) -> new Variant(engine, options.settings(), Map.of(SNAPSHOT, snapshot)))
			.toList();
	}

	@Override
	public Sample run(Variant variant, Workspace workspace, RunOptions options) {
		boolean isHeld = "held".equals(variant.facts().get(SNAPSHOT));
		try (LiveSession session = Live.open(variant, workspace);
				Connection holder = DriverManager.getConnection(workspace.url())) {
			if (isHeld) {
				hold(holder);
			}
			return measure(session, workspace, options, options.jobs(this, variant));
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void hold(Connection connection) throws SQLException {
		connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
		connection.setAutoCommit(false);
		try (Statement statement = connection.createStatement()) {
			statement.execute("select 1");
		}
	}

	private static Sample measure(LiveSession session, Workspace workspace, RunOptions options, long burst) {
		long jobs = PER_SECOND * options.duration().toMillis() / 1000;
		Meter meter = new Meter(workspace, session::disconnect);
		LatencyProbe probe = new LatencyProbe();
		Worker worker = session.work(probe);
		long start = System.nanoTime();
		List<Map<String, Object>> curve;
		try {
			curve = flow(session, probe, jobs);
			Pauses.await(probe::count, jobs);
		}
		finally {
			worker.close();
		}
		Duration duration = Duration.ofNanos(System.nanoTime() - start);
		Sample sample = Sample.of(jobs, duration, meter.usage()).withLatencies(probe.latencies());
		session.enqueueAll(burst);
		double burstPerSecond = burst * 1e9 / session.drain(burst).toNanos();
		return sample.withDetails(Map.of(CURVE, curve, BURST, burstPerSecond));
	}

	private static List<Map<String, Object>> flow(LiveSession session, LatencyProbe probe, long jobs) {
		List<Map<String, Object>> curve = new ArrayList<>();
		long start = System.nanoTime();
		long perPoint = Math.max(PER_TICK, jobs / POINTS);
		long countBefore = 0;
		long timeBefore = start;
		Histogram before = new Histogram(3);
		for (long sent = 0; sent < jobs; sent += PER_TICK) {
			Pauses.sleepUntil(start + sent * 1_000_000_000 / PER_SECOND);
			session.enqueueAll(LongStream.range(0, Math.min(PER_TICK, jobs - sent)).map((i) -> LatencyProbe.now()));
			if (sent / perPoint != (sent + PER_TICK) / perPoint) {
				long now = System.nanoTime();
				long count = probe.count();
				Histogram all = probe.latencies().copy();
				Histogram since = all.copy();
				since.subtract(before);
				curve.add(Map.of("second", Math.round((now - start) / 1e7) / 100.0, "perSecond",
						Math.round((count - countBefore) * 1e9 / (now - timeBefore)), "p50Millis",
						since.getValueAtPercentile(50) / 1000.0, "p99Millis", since.getValueAtPercentile(99) / 1000.0));
				countBefore = count;
				timeBefore = now;
				before = all;
			}
		}
		return curve;
	}

}
