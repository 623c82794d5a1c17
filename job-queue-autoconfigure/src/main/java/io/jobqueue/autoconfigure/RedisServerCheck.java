package io.jobqueue.autoconfigure;

import java.util.Properties;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.jobqueue.JobStoreException;

/**
 * Looks at start whether the servers are fit to keep jobs: new enough, not about to evict
 * them, and whether they keep anything on disk.
 */
final class RedisServerCheck {

	private static final Log logger = LogFactory.getLog(RedisServerCheck.class);

	private static final int MAJOR = 6;

	private static final int MINOR = 2;

	private final boolean isDisposable;

	/**
	 * Create a check.
	 * @param isDisposable whether the jobs may get lost
	 */
	RedisServerCheck(boolean isDisposable) {
		this.isDisposable = isDisposable;
	}

	void check(LettuceConnectionFactory connections) {
		try (RedisConnection connection = connections.getConnection()) {
			Properties info = connection.serverCommands().info();
			check((info != null) ? info : new Properties(), snapshots(connection));
		}
		catch (JobStoreSetupException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			throw new JobStoreException("Redis could not be reached to look at its version and settings", ex);
		}
	}

	/**
	 * Return when the server writes snapshots.
	 * @return the setting, empty if it never does; {@code null} if it does not tell
	 */
	private static @Nullable String snapshots(RedisConnection connection) {
		try {
			Properties found = connection.serverCommands().getConfig("save");
			return (found != null) ? values(found, "save").findFirst().orElse(null) : null;
		}
		catch (RuntimeException ex) {
			logger.debug("The server does not tell its settings", ex);
			return null;
		}
	}

	/**
	 * Check what servers tell.
	 * @param info what they tell about themselves, in a cluster with a name before each
	 * key
	 * @param snapshots when they write snapshots, if known
	 */
	void check(Properties info, @Nullable String snapshots) {
		values(info, "redis_version").filter(RedisServerCheck::isTooOld).findFirst().ifPresent((version) -> {
			throw new JobStoreSetupException("The Redis server has version " + version,
					"Use Redis " + MAJOR + "." + MINOR + " or later, or Valkey");
		});
		if (this.isDisposable) {
			return;
		}
		boolean isLimited = values(info, "maxmemory").anyMatch((limit) -> !limit.equals("0"));
		values(info, "maxmemory_policy").filter((policy) -> isLimited && policy.startsWith("allkeys"))
			.findFirst()
			.ifPresent((policy) -> {
				throw new JobStoreSetupException(
						"The Redis server evicts any key when its memory is full (maxmemory-policy " + policy
								+ "), so it would lose jobs",
						"Set maxmemory-policy to noeviction on the server that keeps the jobs. If they may get lost, set"
								+ " job-queue.redis.disposable=true");
			});
		warn(values(info, "aof_enabled").anyMatch("0"::equals), snapshots);
	}

	private static void warn(boolean isWithoutLog, @Nullable String snapshots) {
		if (!isWithoutLog) {
			return;
		}
		if (snapshots == null) {
			logger
				.warn("The Redis server keeps no append-only file, and does not tell whether it writes snapshots: it is"
						+ " unknown what is left of the jobs when it restarts. Set appendonly to yes, or"
						+ " job-queue.redis.disposable=true if they may get lost");
		}
		else if (snapshots.isEmpty()) {
			logger.warn(
					"The Redis server keeps nothing on disk: all jobs are lost when it restarts. Set appendonly to yes,"
							+ " or job-queue.redis.disposable=true if they may get lost");
		}
		else {
			logger
				.warn("The Redis server keeps no append-only file, only snapshots: the jobs since the last one are lost"
						+ " when it crashes. Set appendonly to yes, or job-queue.redis.disposable=true if they may get lost");
		}
	}

	private static boolean isTooOld(String version) {
		String[] parts = version.split("[^0-9]+");
		int major = Integer.parseInt(parts[0]);
		return major < MAJOR || (major == MAJOR && parts.length > 1 && Integer.parseInt(parts[1]) < MINOR);
	}

	private static Stream<String> values(Properties properties, String name) {
		return properties.stringPropertyNames()
			.stream()
			.filter((key) -> key.equals(name) || key.endsWith("." + name))
			.sorted()
			.map(properties::getProperty);
	}

}
