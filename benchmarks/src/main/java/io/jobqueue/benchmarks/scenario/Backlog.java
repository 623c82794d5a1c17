package io.jobqueue.benchmarks.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.LongStream;

import io.jobqueue.benchmarks.engine.Engine;
import io.jobqueue.benchmarks.engine.LiveEngine;
import io.jobqueue.benchmarks.engine.LiveSession;
import io.jobqueue.benchmarks.engine.Probe;
import io.jobqueue.benchmarks.engine.Worker;
import io.jobqueue.benchmarks.measure.Meter;
import io.jobqueue.benchmarks.measure.Sample;
import io.jobqueue.benchmarks.server.Workspace;

/**
 * Some jobs of many: the same number is run when no others wait, and when so many wait as
 * are asked for and a tenth of that is scheduled for later.
 */
public final class Backlog implements Scenario {

	/** What tells the variants apart, and the axis of the plot. */
	public static final String WAITING = "waiting";

	private static final String SCHEDULED = "scheduled";

	private static final int STEP = 10;

	private static final int DRAINED = 200_000;

	private static final long MEGABYTE = 1024 * 1024;

	@Override
	public String name() {
		return "backlog";
	}

	@Override
	public long defaultJobs() {
		return 1_000_000;
	}

	@Override
	public List<Variant> variants(Engine engine, RunOptions options) {
		List<Variant> variants = new ArrayList<>();
		if (engine instanceof LiveEngine live && !live.isBare()) {
			long most = options.jobs(this, new Variant(engine, options.settings(), Map.of()));
			long drained = drained(engine, most);
			TreeSet<Long> sizes = new TreeSet<>();
			for (long size = most; size > drained; size /= STEP) {
				sizes.add(size);
			}
			variants.add(new Variant(engine, options.settings(), Map.of(WAITING, drained, SCHEDULED, 0L)));
			sizes.forEach((size) -> variants
				.add(new Variant(engine, options.settings(), Map.of(WAITING, size, SCHEDULED, size / STEP))));
		}
		return variants;
	}

	private static long drained(Engine engine, long most) {
		return Math.min(DRAINED / engine.slowness(), Math.max(1, most / 5));
	}

	@Override
	public Sample run(Variant variant, Workspace workspace, RunOptions options) {
		long drained = drained(variant.engine(), options.jobs(this, variant));
		try (LiveSession session = Live.open(variant, workspace)) {
			session.schedule(LongStream.range(0, number(variant, SCHEDULED)), Duration.ofDays(1));
			session.enqueueAll(number(variant, WAITING));
			workspace.settle();
			Meter meter = new Meter(workspace, session::disconnect);
			Probe probe = new Probe(drained);
			Worker worker = session.work(probe);
			try {
				probe.await();
			}
			finally {
				worker.close();
			}
			return Sample.of(drained, probe.duration(), meter.usage()).withDetails(Map.of("heapMegabytes", heap()));
		}
	}

	private static long number(Variant variant, String fact) {
		return (variant.facts().get(fact) instanceof Number number) ? number.longValue() : 0;
	}

	private static long heap() {
		System.gc();
		Runtime runtime = Runtime.getRuntime();
		return (runtime.totalMemory() - runtime.freeMemory()) / MEGABYTE;
	}

}
