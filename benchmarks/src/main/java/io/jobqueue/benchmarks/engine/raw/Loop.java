package io.jobqueue.benchmarks.engine.raw;

import java.util.concurrent.TimeUnit;

import io.jobqueue.benchmarks.engine.Worker;

/**
 * One thread that takes batch after batch, and rests a little when there is none.
 */
final class Loop implements Worker {

	private static final long REST_MILLIS = 1;

	private final Batch batch;

	private final Thread thread;

	private volatile boolean isStopped;

	Loop(Batch batch) {
		this.batch = batch;
		this.thread = new Thread(this::run, "raw-worker");
		this.thread.setDaemon(true);
		this.thread.start();
	}

	private void run() {
		try {
			while (!this.isStopped) {
				if (this.batch.run() == 0) {
					TimeUnit.MILLISECONDS.sleep(REST_MILLIS);
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.isStopped = true;
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Takes jobs, runs them and removes them.
	 */
	interface Batch {

		int run() throws Exception;

	}

}
