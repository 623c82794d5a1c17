package io.jobqueue.test.redis;

import java.io.File;
import java.io.IOException;

import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/**
 * The program of the Redis servers that tests start: the one that the environment
 * variable {@value #SERVER} names, otherwise the one that ships as a Maven artifact.
 *
 * @since 0.1.0
 */
public final class RedisBinary {

	/**
	 * The environment variable with the path of a {@code redis-server} or
	 * {@code valkey-server}.
	 */
	public static final String SERVER = "JOB_QUEUE_TEST_REDIS_SERVER";

	private static @Nullable File shipped;

	private RedisBinary() {
	}

	static boolean isNamed() {
		return System.getenv(SERVER) != null;
	}

	/**
	 * Return the program.
	 * @return its file
	 * @throws IOException if the one of the Maven artifact cannot be written to the disk
	 */
	public static synchronized File get() throws IOException {
		String named = System.getenv(SERVER);
		if (named != null) {
			File file = new File(named);
			if (!file.canExecute()) {
				throw new IOException(SERVER + "=" + named + " is no program");
			}
			return file;
		}
		File file = shipped;
		if (file == null) {
			file = ExecutableProvider.newJarResourceProvider().get();
			shipped = file;
		}
		return file;
	}

}
