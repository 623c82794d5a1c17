package io.jobqueue.store.redis;

import java.util.function.Function;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A connection that nobody else keeps busy, of the client that a factory made. Opened
 * when it is first needed. Thread-safe.
 */
final class OwnConnection implements CommandSource, AutoCloseable {

	private final LettuceConnectionFactory factory;

	// Both guarded by this.
	private @Nullable StatefulConnection<byte[], byte[]> connection;

	private @Nullable AbstractRedisClient client;

	OwnConnection(LettuceConnectionFactory factory) {
		this.factory = factory;
	}

	@Override
	public <T> T call(Function<RedisClusterAsyncCommands<byte[], byte[]>, T> work) {
		StatefulConnection<byte[], byte[]> open = open();
		if (open instanceof StatefulRedisClusterConnection<byte[], byte[]> cluster) {
			return work.apply(cluster.async());
		}
		if (open instanceof StatefulRedisConnection<byte[], byte[]> server) {
			return work.apply(server.async());
		}
		return CommandSource.shared(this.factory).call(work);
	}

	private synchronized @Nullable StatefulConnection<byte[], byte[]> open() {
		AbstractRedisClient current = this.factory.getRequiredNativeClient();
		StatefulConnection<byte[], byte[]> open = this.connection;
		if (open != null && this.client == current) {
			return open;
		}
		open = connect(current);
		this.client = current;
		this.connection = open;
		return open;
	}

	private @Nullable StatefulConnection<byte[], byte[]> connect(AbstractRedisClient current) {
		if (current instanceof RedisClusterClient cluster) {
			return cluster.connect(ByteArrayCodec.INSTANCE);
		}
		try {
			StatefulRedisConnection<byte[], byte[]> server = ((RedisClient) current).connect(ByteArrayCodec.INSTANCE);
			if (this.factory.getDatabase() > 0) {
				server.sync().select(this.factory.getDatabase());
			}
			return server;
		}
		catch (IllegalStateException ex) {
			// The client of a fixed list of servers knows none by itself.
			return null;
		}
	}

	@Override
	public synchronized void close() {
		StatefulConnection<byte[], byte[]> open = this.connection;
		// A factory that was stopped has closed what came from its client. To close it
		// again is a warning of the driver.
		boolean isOpen = this.factory.isRunning() && this.client == this.factory.getNativeClient();
		this.connection = null;
		this.client = null;
		if (open != null && isOpen) {
			open.close();
		}
	}

}
