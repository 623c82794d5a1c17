package io.jobqueue.store.redis;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Sends some commands; before the next one something happens to the process.
 */
final class InterruptedCommands implements CommandSource {

	private final CommandSource commands;

	private final AtomicInteger left;

	private final Runnable event;

	private boolean isCrashed;

	/**
	 * Create a source.
	 * @param connections where connections come from
	 * @param count how many commands are sent before
	 * @param event what happens then; if it throws, no other command is sent
	 */
	InterruptedCommands(LettuceConnectionFactory connections, int count, Runnable event) {
		this.commands = CommandSource.shared(connections);
		this.left = new AtomicInteger(count);
		this.event = event;
	}

	/**
	 * Return whether it came to that.
	 */
	boolean hasHappened() {
		return this.left.get() < 0;
	}

	@Override
	public <T> T call(Function<RedisClusterAsyncCommands<byte[], byte[]>, T> work) {
		return this.commands.call((open) -> work.apply(count(open)));
	}

	@SuppressWarnings("unchecked")
	private RedisClusterAsyncCommands<byte[], byte[]> count(RedisClusterAsyncCommands<byte[], byte[]> open) {
		return (RedisClusterAsyncCommands<byte[], byte[]>) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { RedisClusterAsyncCommands.class }, (proxy, method, arguments) -> {
					beforeCommand();
					try {
						return method.invoke(open, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	private void beforeCommand() {
		if (this.isCrashed) {
			throw new IllegalStateException("Crashed");
		}
		if (this.left.getAndDecrement() == 0) {
			this.isCrashed = true;
			this.event.run();
			this.isCrashed = false;
		}
	}

}
