package io.jobqueue.store.postgres;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;

import javax.sql.DataSource;

/**
 * Removes unique keys that nobody holds any more: a job that ends leaves its key behind.
 */
final class UniqueKeys {

	private static final String ANY = "select exists (select 1 from @.job_unique)";

	private static final String FORGET = "select @.job_forget_keys_v1(?)";

	/** Keys that are removed in one transaction. */
	private static final int BATCH = 10_000;

	private static final Duration TIMEOUT = Duration.ofMinutes(1);

	private final OwnConnection connection;

	private final DataSource source;

	private final String any;

	private final String forget;

	/**
	 * Create the removal.
	 * @param connection for what takes no time
	 * @param source where to get one for the rest, which must not keep an exchange
	 * waiting
	 * @param options the settings
	 */
	UniqueKeys(OwnConnection connection, DataSource source, PostgresOptions options) {
		this.connection = connection;
		this.source = source;
		this.any = options.qualify(ANY);
		this.forget = options.qualify(FORGET);
	}

	void forget() {
		boolean areThere = this.connection.call((open) -> {
			try (ResultSet row = this.connection.prepare(open, this.any).executeQuery()) {
				row.next();
				return row.getBoolean(1);
			}
		});
		if (areThere) {
			try (OwnConnection own = new OwnConnection(this.source, "removal of unique keys", TIMEOUT)) {
				int removed = BATCH;
				while (removed == BATCH) {
					removed = forgetSome(own);
				}
			}
		}
	}

	private int forgetSome(OwnConnection own) {
		return own.call((open) -> {
			PreparedStatement statement = own.prepare(open, this.forget);
			statement.setInt(1, BATCH);
			try (ResultSet count = statement.executeQuery()) {
				count.next();
				return count.getInt(1);
			}
		});
	}

}
