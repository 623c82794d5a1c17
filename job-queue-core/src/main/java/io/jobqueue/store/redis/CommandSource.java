package io.jobqueue.store.redis;

import java.util.function.Function;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Where commands are sent to.
 */
interface CommandSource {

	/**
	 * Send commands, and wait for their answers.
	 * @param work does so
	 * @return what the work returned
	 */
	<T> T call(Function<RedisClusterAsyncCommands<byte[], byte[]>, T> work);

	/**
	 * Return the connection that the application uses, too: the driver sends all that
	 * comes in at once, and nobody waits for another.
	 * @param factory the application's factory
	 */
	static CommandSource shared(LettuceConnectionFactory factory) {
		return new CommandSource() {

			@Override
			public <T> T call(Function<RedisClusterAsyncCommands<byte[], byte[]>, T> work) {
				RedisConnection connection = factory.getConnection();
				try {
					return work.apply(((LettuceConnection) connection).getNativeConnection());
				}
				finally {
					connection.close();
				}
			}

		};
	}

}
