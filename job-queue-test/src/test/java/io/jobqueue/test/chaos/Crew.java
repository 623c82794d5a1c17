package io.jobqueue.test.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The workers: a fixed number of places, each with its own network, and one process after
 * the other in each of them.
 */
final class Crew implements AutoCloseable {

	private final ChaosSettings settings;

	private final StoreClient.Address address;

	private final Path directory;

	private final ScheduledExecutorService foreman = Executors
		.newSingleThreadScheduledExecutor((task) -> new Thread(task, "chaos-foreman"));

	private final List<ChaosProxy> proxies = new ArrayList<>();

	// All guarded by this.
	private final List<WorkerProcess> current = new ArrayList<>();

	private final List<WorkerProcess> all = new ArrayList<>();

	private boolean isClosed;

	Crew(ChaosSettings settings, ChaosStore store, Path directory) throws IOException {
		this.settings = settings;
		this.address = store.address();
		this.directory = directory;
		Runtime.getRuntime().addShutdownHook(new Thread(this::killAll));
		for (int i = 0; i < settings.workers(); i++) {
			this.proxies.add(new ChaosProxy(store.server().port()));
			this.current.add(null);
		}
	}

	void start() {
		for (int i = 0; i < this.settings.workers(); i++) {
			replace(i);
		}
	}

	/**
	 * Replace each worker soon after it has died.
	 */
	void keepStaffed() {
		this.foreman.scheduleWithFixedDelay(() -> {
			for (int i = 0; i < this.settings.workers(); i++) {
				if (worker(i) != null) {
					replace(i);
				}
			}
		}, 0, 500, TimeUnit.MILLISECONDS);
	}

	/**
	 * Return how many workers there have been.
	 */
	synchronized int hired() {
		return this.all.size();
	}

	/**
	 * Start a worker in a place whose worker is dead.
	 */
	synchronized void replace(int slot) {
		WorkerProcess before = this.current.get(slot);
		if (this.isClosed || (before != null && before.isAlive())) {
			return;
		}
		try {
			WorkerProcess worker = new WorkerProcess("w" + slot + "-" + this.all.size(), this.proxies.get(slot).port(),
					this.address, this.settings, this.directory);
			this.current.set(slot, worker);
			this.all.add(worker);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	synchronized WorkerProcess worker(int slot) {
		return this.current.get(slot);
	}

	synchronized List<WorkerProcess> workers() {
		return List.copyOf(this.current);
	}

	ChaosProxy proxy(int slot) {
		return this.proxies.get(slot);
	}

	/**
	 * Undo whatever is still broken.
	 */
	void repair() {
		for (int i = 0; i < this.settings.workers(); i++) {
			this.proxies.get(i).repair();
			worker(i).thaw();
			replace(i);
		}
	}

	private synchronized void killAll() {
		this.isClosed = true;
		this.all.forEach(WorkerProcess::kill);
	}

	@Override
	public void close() throws IOException {
		this.foreman.shutdownNow();
		killAll();
		for (ChaosProxy proxy : this.proxies) {
			proxy.close();
		}
	}

}
