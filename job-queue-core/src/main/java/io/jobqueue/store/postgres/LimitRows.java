package io.jobqueue.store.postgres;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobLimit;
import io.jobqueue.LimitTarget;
import io.jobqueue.RateLimit;

/**
 * Limits as rows of the table {@code job_limit}.
 */
final class LimitRows {

	private LimitRows() {
	}

	static void bind(PreparedStatement statement, LimitTarget target, @Nullable JobLimit limit, boolean isByHand)
			throws SQLException {
		statement.setString(1, target.queue());
		statement.setString(2, target.scope().name().toLowerCase(Locale.ROOT));
		statement.setString(3, (target.handler() != null) ? target.handler() : "");
		statement.setBoolean(4, isByHand);
		if (limit != null) {
			RateLimit rate = limit.rate();
			statement.setObject(5, limit.maxConcurrent(), Types.INTEGER);
			statement.setObject(6, (rate != null) ? rate.permits() : null, Types.BIGINT);
			statement.setObject(7, (rate != null) ? rate.period().toMillis() : null, Types.BIGINT);
			statement.setObject(8, (rate != null) ? rate.burst() : null, Types.INTEGER);
		}
	}

	static LimitTarget target(ResultSet row) throws SQLException {
		String handler = row.getString("handler");
		return new LimitTarget(row.getString("queue"),
				LimitTarget.Scope.valueOf(row.getString("scope").toUpperCase(Locale.ROOT)),
				handler.isEmpty() ? null : handler);
	}

	static JobLimit limit(ResultSet row) throws SQLException {
		long permits = row.getLong("permits");
		RateLimit rate = row.wasNull() ? null
				: new RateLimit(permits, Duration.ofMillis(row.getLong("period_millis")), row.getInt("burst"));
		int max = row.getInt("max_concurrent");
		return new JobLimit(row.wasNull() ? null : max, rate);
	}

}
