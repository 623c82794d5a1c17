package io.jobqueue.benchmarks.engine.raw;

import java.util.function.LongConsumer;

import io.jobqueue.benchmarks.engine.EngineSettings;
import io.jobqueue.benchmarks.engine.Worker;
import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;

/**
 * The table of this project, with all its columns and indexes.
 */
final class InsertSession extends JdbcSession {

	private static final String INSERT = """
			insert into job_queue.job (created_at, run_at, timeout_millis, rank, max_attempts, state, queue, handler,
				arguments, headers, backoff)
			""";

	private static final String VALUES = "statement_timestamp(), statement_timestamp(), null, 0, 10, 'available',"
			+ " 'default', 'benchmark', ";

	InsertSession(String url, EngineSettings settings) {
		super(url);
		new PostgresSchema(pool(), PostgresOptions.DEFAULT).migrate();
	}

	@Override
	String insertMany() {
		return INSERT + "select " + VALUES + "unnest(?::text[]), null, null returning id";
	}

	@Override
	String insertOne() {
		return INSERT + "values (" + VALUES + "?, null, null) returning id";
	}

	@Override
	public Worker work(LongConsumer handler) {
		throw new UnsupportedOperationException("It runs no jobs");
	}

}
