package io.jobqueue.store.redis;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
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
			return new Call(this, script, Keys.bytes(key), arguments.toArray());
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

		private final byte[] key;

		private final byte[][] values;

		private final Future<List<Object>> future;

		// The last one, if this script must not run twice.
		private @Nullable OnceCommand once;

		private Call(Session session, Script script, byte[] key, byte[][] values) {
			this.session = session;
			this.script = script;
			this.key = key;
			this.values = values;
			this.future = send(CommandType.EVALSHA, Keys.bytes(script.digest()));
		}

		private Future<List<Object>> send(CommandType type, byte[] name) {
			if (this.script.runsOnce()) {
				OnceCommand command = new OnceCommand(name, this.key, this.values);
				this.once = command;
				return this.session.commands.dispatch(type, command.output(), command);
			}
			return this.session.commands.dispatch(type, new NestedMultiOutput<>(ByteArrayCodec.INSTANCE),
					new CommandArgs<>(ByteArrayCodec.INSTANCE).add(name)
						.add(1)
						.addKey(this.key)
						.addValues(this.values));
		}

		/**
		 * Wait for the reply.
		 */
		Reply await() {
			try {
				return Reply.of(this.session.get(this.future));
			}
			catch (ExecutionException ex) {
				if (ex.getCause() instanceof RedisNoScriptException && !isSentAgain()) {
					return awaitText();
				}
				throw failed(ex);
			}
		}

		// The server did not know the script.
		private Reply awaitText() {
			try {
				return Reply.of(this.session.get(send(CommandType.EVAL, this.script.text())));
			}
			catch (ExecutionException ex) {
				throw failed(ex);
			}
		}

		private boolean isSentAgain() {
			return this.once != null && this.once.isSentAgain();
		}

		private JobStoreException failed(ExecutionException ex) {
			return isSentAgain()
					? new JobStoreException("The connection broke before Redis answered: it may have done it or not",
							null)
					: Session.failed(ex);
		}

	}

}
