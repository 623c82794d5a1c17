package io.jobqueue.store.redis;

import java.util.List;
import java.util.concurrent.Future;

/**
 * Publishes messages for the other nodes.
 */
final class Publisher {

	private final ScriptRunner connection;

	private final byte[] channel;

	Publisher(ScriptRunner connection, RedisOptions options) {
		this.connection = connection;
		this.channel = Keys.bytes(options.channel());
	}

	void send(List<String> messages) {
		this.connection.call((session) -> {
			List<Future<Long>> sent = messages.stream()
				.map((message) -> session.<Long>send((commands) -> commands.publish(this.channel, Keys.bytes(message))))
				.toList();
			sent.forEach(session::await);
			return sent;
		});
	}

}
