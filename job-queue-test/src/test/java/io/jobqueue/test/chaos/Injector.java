package io.jobqueue.test.chaos;

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

	/** The time-out of a heartbeat whose other end says nothing. */
	private static final Duration HALF_OPEN = Duration.ofSeconds(4);

	private static final long SLOWNESS = TimeUnit.MILLISECONDS.toNanos(120);

	private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

	private final CompletableFuture<Void> done = new CompletableFuture<>();

	private final ChaosStore store;

	private final Crew crew;

	private final Timeline timeline;

	private final ChaosSettings settings;

	Injector(ChaosStore store, Crew crew, Timeline timeline, ChaosSettings settings) {
		this.store = store;
		this.crew = crew;
		this.timeline = timeline;
		this.settings = settings;
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

	private void begin(Fault fault, Iterator<Fault> plan) {
		Instant from = Instant.now();
		Set<String> nodes = nodes(fault);
		apply(fault);
		schedule(() -> {
			undo(fault);
			Instant to = Instant.now();
			this.timeline.add(new Timeline.Hit(fault, nodes, from, to, to.plus(aftermath(fault))));
			next(plan);
		}, fault.duration());
	}

	// A node may pause before it tries again, or not have noticed anything yet.
	private Duration aftermath(Fault fault) {
		Duration pause = this.settings.longestPause();
		return (fault.kind() == Fault.Kind.LOSE) ? pause.plus(HALF_OPEN) : pause;
	}

	private Set<String> nodes(Fault fault) {
		return slots(fault).mapToObj((slot) -> this.crew.worker(slot).node()).collect(Collectors.toSet());
	}

	private IntStream slots(Fault fault) {
		return (fault.slot() == Fault.ALL) ? IntStream.range(0, this.crew.workers().size())
				: IntStream.of(fault.slot());
	}

	private void apply(Fault fault) {
		switch (fault.kind()) {
			case KILL -> kill(fault);
			case FREEZE -> slots(fault).forEach((slot) -> this.crew.worker(slot).freeze());
			case STOP_FAST -> this.store.server().stopFast();
			case STOP_IMMEDIATELY -> this.store.server().stopImmediately();
			case HANG -> this.store.server().hang();
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
			case STOP_FAST, STOP_IMMEDIATELY -> this.store.server().start();
			case HANG -> this.store.server().wakeUp();
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
			List<Long> orphans = this.store.leased(worker.node());
			if (fault.slot() != Fault.ALL) {
				this.timeline.add(new Timeline.Kill(worker.node(), at, orphans));
			}
		});
	}

	private void terminate(Fault fault) {
		List<String> names = new ArrayList<>(
				nodes(fault).stream().map((node) -> WorkerMain.APPLICATION + node).toList());
		names.add(Producer.APPLICATION);
		this.store.disconnect(names);
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
