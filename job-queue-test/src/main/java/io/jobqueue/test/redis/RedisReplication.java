package io.jobqueue.test.redis;

import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A master, its replica, and a sentinel that lets the replica take over, made of servers
 * that ship as a Maven artifact.
 *
 * @since 0.1.0
 */
public final class RedisReplication implements AutoCloseable {

	private static final String NAME = "jobs";

	private final RedisProcess master;

	private final RedisProcess replica;

	private final RedisProcess sentinel;

	private RedisReplication(RedisProcess master, RedisProcess replica, RedisProcess sentinel) {
		this.master = master;
		this.replica = replica;
		this.sentinel = sentinel;
	}

	/**
	 * Start the servers.
	 * @return the servers
	 */
	public static RedisReplication start() {
		RedisProcess master = RedisProcess.start();
		RedisProcess replica = RedisProcess.start("replicaof " + RedisProcess.HOST + " " + master.port());
		return new RedisReplication(master, replica, RedisProcess.startSentinel(NAME, master));
	}

	/**
	 * Return a new connection factory that asks the sentinel for the master, started, to
	 * be destroyed by the caller.
	 * @return the factory
	 */
	public LettuceConnectionFactory connectionFactory() {
		return RedisServer.connectionFactory(
				new RedisSentinelConfiguration().master(NAME).sentinel(RedisProcess.HOST, this.sentinel.port()));
	}

	/**
	 * Return the URL of the replica.
	 * @return the URL
	 */
	public String replicaUrl() {
		return this.replica.url();
	}

	/**
	 * Kill the master.
	 */
	public void killMaster() {
		this.master.kill();
	}

	@Override
	public void close() {
		this.sentinel.stop();
		this.replica.stop();
		this.master.stop();
	}

}
