package io.jobqueue.store.postgres;

import java.time.Duration;

import org.springframework.util.Assert;

import io.jobqueue.store.Retention;

/**
 * Settings of the store on PostgreSQL.
 *
 * @param schema the database schema that holds the tables, at most
 * {@value #MAX_SCHEMA_LENGTH} characters
 * @param retention how long finished jobs are kept
 * @param isListening whether to be woken by {@code LISTEN}, on a connection of its own;
 * switch it off behind a connection pooler that shares sessions
 * @param rewindInterval how often, at least, a claim looks below its low-water marks: the
 * longest time for which a job that was committed late, or came back, can be overlooked
 * @since 0.1.0
 */
public record PostgresOptions(String schema, Retention retention, boolean isListening, Duration rewindInterval) {

	/**
	 * The schema that is used unless another is named.
	 */
	public static final String DEFAULT_SCHEMA = "job_queue";

	/**
	 * The greatest length of the name of a schema; it becomes part of the name of a
	 * notification channel.
	 */
	public static final int MAX_SCHEMA_LENGTH = 48;

	/**
	 * What is used unless something else is configured.
	 */
	public static final PostgresOptions DEFAULT = new PostgresOptions(DEFAULT_SCHEMA, Retention.DEFAULT, true,
			Duration.ofSeconds(1));

	/**
	 * Create settings.
	 */
	public PostgresOptions {
		String name = schema;
		Assert.isTrue(name.matches("[A-Za-z_][A-Za-z0-9_]{0," + (MAX_SCHEMA_LENGTH - 1) + "}"),
				() -> "Not a usable schema name: '" + name + "'. Use letters, digits and underscores, at most "
						+ MAX_SCHEMA_LENGTH);
	}

	/**
	 * Return these settings with another schema.
	 * @param name the schema
	 * @return the new settings
	 */
	public PostgresOptions withSchema(String name) {
		return new PostgresOptions(name, this.retention, this.isListening, this.rewindInterval);
	}

	/**
	 * Return these settings with another retention.
	 * @param value the retention
	 * @return the new settings
	 */
	public PostgresOptions withRetention(Retention value) {
		return new PostgresOptions(this.schema, value, this.isListening, this.rewindInterval);
	}

	String channel() {
		return "job_queue_" + this.schema;
	}

	/**
	 * Put the schema into a statement that names its tables and functions as
	 * {@code @.name}.
	 */
	String qualify(String sql) {
		return sql.replace("@.", '"' + this.schema + "\".");
	}

}
