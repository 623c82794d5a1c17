package io.jobqueue.benchmarks.engine;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/**
 * Connection pools of engines that need one.
 */
public final class Pool {

	private Pool() {
	}

	/**
	 * Create a pool that opens connections when they are needed, so that none is open
	 * when costs are counted.
	 * @param url where
	 * @param size the greatest number of connections
	 * @return the pool, to be closed
	 */
	public static HikariDataSource create(String url, int size) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(url);
		config.setMaximumPoolSize(size);
		config.setMinimumIdle(0);
		return new HikariDataSource(config);
	}

	/**
	 * Close the connections that nobody uses.
	 * @param pool the pool
	 */
	public static void disconnect(HikariDataSource pool) {
		pool.getHikariPoolMXBean().softEvictConnections();
	}

}
