package io.jobqueue.store.postgres;

import java.sql.PreparedStatement;
import java.util.List;

/**
 * Sends {@code NOTIFY} to the other nodes, in a transaction of its own: inside a user's
 * transaction it would serialize all commits of the database.
 */
final class Notifier {

	// Its commit waits for no disk, and lets no other commit wait: after a crash of the
	// server nobody is connected who could miss it.
	private static final String NOTIFY = """
			select pg_notify(?, payload) from unnest(?::text[]) as payload, set_config('synchronous_commit', 'off', true)""";

	private final OwnConnection connection;

	private final String channel;

	Notifier(OwnConnection connection, String channel) {
		this.connection = connection;
		this.channel = channel;
	}

	void send(List<String> payloads) {
		this.connection.call((open) -> {
			PreparedStatement statement = this.connection.prepare(open, NOTIFY);
			statement.setString(1, this.channel);
			statement.setArray(2, SqlArrays.texts(open, payloads));
			statement.executeQuery().close();
			return payloads.size();
		});
	}

}
