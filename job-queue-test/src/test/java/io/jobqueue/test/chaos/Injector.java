package io.jobqueue.test.chaos;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Lets the faults of a plan happen one after the other, and writes down when they did.
 */
final class Injector implements AutoCloseable {

	private static final String TERMINATE = "select pg_terminate_backend(pid) from pg_stat_activity"
			+ " where application_name = any (string_to_array('%s', ','))";

	/**
	 * After how long the last effect of a fault is over: the longest pause between two
	 * attempts to reach the store is five seconds.
	 */
	private static final Duration AFTERMATH = Duration.ofSeconds(6);

	/** The time-out of a connection whose other end says nothing. */
	private static final Duration HALF_OPEN_AFTERMATH = Duration.ofSeconds(36);

	private static final long SLOWNESS = TimeUnit.MILLISECONDS.toNanos(120);

	private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

	private final CompletableFuture<Void> done = new CompletableFuture<>();

	private final ChaosServer server;

	private final Crew crew;

	private final Ledger ledger;

	private final Timeline timeline;

	Injector(ChaosServer server, Crew crew, Ledger ledger, Timeline timeline) {
		this.server = server;
		this.crew = crew;
		this.ledger = ledger;
		this.timeline = timeline;
	}

	CompletableFuture<Void> start(List<Fault> plan) {
		next(plan.iterator());
		return this.done;
	}

	private void next(Iterator<Fault> plan) {
		if (!plan.hasNext()) {
			this.done.complete(null);
			return;
		}
		Fault fault = plan.next();
		schedule(() -> begin(fault, plan), fault.pause());
	}

	private void begin(Fault fault, Iterator<Fault> plan) throws SQLException {
		Instant from = Instant.now();
		Set<String> nodes = nodes(fault);
		apply(fault);
		schedule(() -> {
			undo(fault);
			this.timeline.add(fault.toString(), nodes, from, Instant.now(),
					(fault.kind() == Fault.Kind.LOSE) ? HALF_OPEN_AFTERMATH : AFTERMATH);
			next(plan);
		}, fault.duration());
	}

	private Set<String> nodes(Fault fault) {
		return slots(fault).mapToObj((slot) -> this.crew.worker(slot).node()).collect(Collectors.toSet());
	}

	private IntStream slots(Fault fault) {
		return (fault.slot() == Fault.ALL) ? IntStream.range(0, this.crew.workers().size())
				: IntStream.of(fault.slot());
	}

	private void apply(Fault fault) throws SQLException {
		switch (fault.kind()) {
			case KILL -> kill(fault);
			case FREEZE -> slots(fault).forEach((slot) -> this.crew.worker(slot).freeze());
			case STOP_FAST -> this.server.stopFast();
			case STOP_IMMEDIATELY -> this.server.stopImmediately();
			case TERMINATE -> terminate(fault);
			case SLOW -> network(fault, (proxy) -> proxy.slow(SLOWNESS));
			case CUT -> network(fault, ChaosProxy::cut);
			case BLACK_HOLE -> network(fault, ChaosProxy::blackHole);
			case LOSE -> network(fault, ChaosProxy::loseSilently);
		}
	}

	private void undo(Fault fault) {
		switch (fault.kind()) {
			case KILL -> slots(fault).forEach(this.crew::replace);
			case FREEZE -> slots(fault).forEach((slot) -> this.crew.worker(slot).thaw());
			case STOP_FAST, STOP_IMMEDIATELY -> this.server.start();
			case TERMINATE, LOSE -> {
			}
			case SLOW, CUT, BLACK_HOLE -> network(fault, ChaosProxy::repair);
		}
	}

	private void network(Fault fault, Consumer<ChaosProxy> action) {
		slots(fault).mapToObj(this.crew::proxy).forEach(action);
	}

	private void kill(Fault fault) {
		slots(fault).mapToObj(this.crew::worker).forEach((worker) -> {
			Instant at = Instant.now();
			worker.kill();
			List<Long> orphans = this.ledger.leased(worker.node());
			if (fault.slot() != Fault.ALL) {
				this.timeline.add(new Timeline.Kill(worker.node(), at, orphans));
			}
		});
	}

	private void terminate(Fault fault) throws SQLException {
		List<String> names = new ArrayList<>(nodes(fault).stream().map((node) -> "chaos-worker-" + node).toList());
		names.add(Producer.APPLICATION);
		this.server.execute(TERMINATE.formatted(String.join(",", names)));
	}

	private void schedule(Step step, Duration delay) {
		this.scheduler.schedule(() -> {
			try {
				step.run();
			}
			catch (Throwable ex) {
				this.done.completeExceptionally(ex);
			}
		}, delay.toMillis(), TimeUnit.MILLISECONDS);
	}

	@Override
	public void close() {
		this.scheduler.shutdownNow();
	}

	/**
	 * Something that may fail.
	 */
	private interface Step {

		void run() throws Exception;

	}

}
