package io.jobqueue.store.redis;

import org.springframework.util.Assert;

import io.jobqueue.store.Retention;

/**
 * Settings of the store on Redis.
 *
 * @param keyPrefix what the names of all keys begin with, at most
 * {@value #MAX_PREFIX_LENGTH} characters
 * @param retention how long finished jobs are kept
 * @param isListening whether to be woken by {@code SUBSCRIBE}, on a connection of its own
 * @param isEnqueueAfterCommit whether jobs that are enqueued in a transaction are sent
 * after its commit, or else at once, whatever becomes of it
 * @since 0.1.0
 */
public record RedisOptions(String keyPrefix, Retention retention, boolean isListening, boolean isEnqueueAfterCommit) {

	/**
	 * The prefix that is used unless another is named.
	 */
	public static final String DEFAULT_KEY_PREFIX = "jobqueue";

	/**
	 * The greatest length of the prefix.
	 */
	public static final int MAX_PREFIX_LENGTH = 64;

	/**
	 * What is used unless something else is configured.
	 */
	public static final RedisOptions DEFAULT = new RedisOptions(DEFAULT_KEY_PREFIX, Retention.DEFAULT, true, true);

	/**
	 * Create settings.
	 */
	public RedisOptions {
		String prefix = keyPrefix;
		Assert.isTrue(prefix.matches("[A-Za-z0-9._:-]{1," + MAX_PREFIX_LENGTH + "}"),
				() -> "Not a usable key prefix: '" + prefix
						+ "'. Use letters, digits, dots, colons, underscores and dashes, at most " + MAX_PREFIX_LENGTH);
	}

	/**
	 * Return these settings with another prefix.
	 * @param prefix the prefix
	 * @return the new settings
	 */
	public RedisOptions withKeyPrefix(String prefix) {
		return new RedisOptions(prefix, this.retention, this.isListening, this.isEnqueueAfterCommit);
	}

	/**
	 * Return these settings with another retention.
	 * @param value the retention
	 * @return the new settings
	 */
	public RedisOptions withRetention(Retention value) {
		return new RedisOptions(this.keyPrefix, value, this.isListening, this.isEnqueueAfterCommit);
	}

	/**
	 * Return the prefix of the keys of one queue, which holds its hash tag.
	 */
	String queueKey(String queue) {
		return this.keyPrefix + ":{" + queue + "}";
	}

	/**
	 * Return the prefix of the keys that know all queues and nodes. No queue can have
	 * this name.
	 */
	String registryKey() {
		return this.keyPrefix + ":{#registry}";
	}

	String channel() {
		return this.keyPrefix + ":wake-ups";
	}

}
