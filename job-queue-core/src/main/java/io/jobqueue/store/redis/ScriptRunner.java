package io.jobqueue.store.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

import io.jobqueue.JobStoreException;

/**
 * Runs scripts. A server is sent only the digest of a script that it knows. Thread-safe.
 */
final class ScriptRunner {

	private final CommandSource commands;

	private final Duration timeout;

	/**
	 * Create a runner.
	 * @param commands where commands are sent to
	 * @param timeout how long to wait for an answer
	 */
	ScriptRunner(CommandSource commands, Duration timeout) {
		this.commands = commands;
		this.timeout = timeout;
	}

	/**
	 * Run one script.
	 * @param script the script
	 * @param key its only key
	 * @param arguments its arguments
	 */
	Reply run(Script script, String key, Arguments arguments) {
		return call((session) -> session.start(script, key, arguments).await());
	}

	/**
	 * Run a script for several queues, all sent together.
	 * @return the replies, by queue
	 */
	Map<String, Reply> runAll(Script script, RedisOptions options, Collection<String> queues, Arguments arguments) {
		return call((session) -> {
			Map<String, Call> calls = new LinkedHashMap<>();
			queues.forEach((queue) -> calls.put(queue, session.start(script, options.queueKey(queue), arguments)));
			Map<String, Reply> replies = new LinkedHashMap<>();
			calls.forEach((queue, started) -> replies.put(queue, started.await()));
			return replies;
		});
	}

	/**
	 * Run several scripts or commands without waiting for one before the next is sent.
	 * @param work starts them, then waits for them
	 */
	<T> T call(Function<Session, T> work) {
		try {
			return this.commands
				.call((open) -> work.apply(new Session(open, System.nanoTime() + this.timeout.toNanos())));
		}
		catch (JobStoreException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			throw new JobStoreException("Redis cannot be reached: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Some calls that belong together.
	 */
	static final class Session {

		private final RedisClusterAsyncCommands<byte[], byte[]> commands;

		private final long deadline;

		private Session(RedisClusterAsyncCommands<byte[], byte[]> commands, long deadline) {
			this.commands = commands;
			this.deadline = deadline;
		}

		/**
		 * Send a script.
		 */
		Call start(Script script, String key, Arguments arguments) {
			byte[][] keys = { key.getBytes(StandardCharsets.UTF_8) };
			byte[][] values = arguments.toArray();
			return new Call(this, script, keys, values,
					this.commands.evalsha(script.digest(), ScriptOutputType.MULTI, keys, values));
		}

		/**
		 * Send a command.
		 * @param command the command
		 * @return what awaits its answer
		 */
		<T> Future<T> send(Function<RedisClusterAsyncCommands<byte[], byte[]>, ? extends Future<T>> command) {
			return command.apply(this.commands);
		}

		/**
		 * Wait for the answer to a command.
		 * @return the answer, {@code null} if the command knows such an answer
		 */
		<T> @Nullable T await(Future<T> future) {
			try {
				return get(future);
			}
			catch (ExecutionException ex) {
				throw failed(ex);
			}
		}

		// An answer is waited for even when the thread is interrupted: what is under way
		// takes effect in any case, and somebody has to know what it did.
		private <T> @Nullable T get(Future<T> future) throws ExecutionException {
			boolean isInterrupted = false;
			try {
				while (true) {
					try {
						return future.get(this.deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
					}
					catch (InterruptedException ex) {
						isInterrupted = true;
					}
				}
			}
			catch (TimeoutException ex) {
				future.cancel(true);
				throw new JobStoreException("Redis did not answer in time", ex);
			}
			finally {
				if (isInterrupted) {
					Thread.currentThread().interrupt();
				}
			}
		}

		private static JobStoreException failed(ExecutionException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			return new JobStoreException("Redis did not do what it was asked: " + cause.getMessage(), cause);
		}

	}

	/**
	 * A script that was sent.
	 */
	static final class Call {

		private final Session session;

		private final Script script;

		private final byte[][] keys;

		private final byte[][] values;

		private final Future<Object> future;

		private Call(Session session, Script script, byte[][] keys, byte[][] values, Future<Object> future) {
			this.session = session;
			this.script = script;
			this.keys = keys;
			this.values = values;
			this.future = future;
		}

		/**
		 * Wait for the reply.
		 */
		Reply await() {
			try {
				return Reply.of(this.session.get(this.future));
			}
			catch (ExecutionException ex) {
				if (ex.getCause() instanceof RedisNoScriptException) {
					return Reply.of(this.session.await(this.session.commands.<Object>eval(this.script.text(),
							ScriptOutputType.MULTI, this.keys, this.values)));
				}
				throw Session.failed(ex);
			}
		}

	}

}
