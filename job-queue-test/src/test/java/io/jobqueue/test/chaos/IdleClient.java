package io.jobqueue.test.chaos;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Commits next to nothing, again and again, and notes how long it had to wait: what
 * delays it is not the work of others, but a machine that is busy or a disk that is slow.
 */
final class IdleClient implements AutoCloseable {

	private static final Duration INTERVAL = Duration.ofMillis(50);

	private final Thread thread = new Thread(this::run, "chaos-idle");

	private final JdbcTemplate jdbc;

	private volatile boolean isOver;

	private volatile long longest;

	IdleClient(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
		this.thread.setDaemon(true);
		this.thread.start();
	}

	private void run() {
		long last = System.nanoTime();
		while (!this.isOver) {
			this.jdbc.queryForList("select pg_logical_emit_message(true, 'idle', '')");
			long now = System.nanoTime();
			this.longest = Math.max(this.longest, now - last);
			last = now;
			LockSupport.parkNanos(INTERVAL.toNanos());
		}
	}

	/**
	 * Return the longest time from one commit to the next.
	 */
	Duration longestPause() {
		return Duration.ofNanos(this.longest);
	}

	@Override
	public void close() {
		this.isOver = true;
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
