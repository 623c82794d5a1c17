package io.jobqueue.store.postgres;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.store.JobEndings;

/**
 * The look at jobs that somebody waits for. It does not use the connections of the
 * application: all of them may be held by threads that wait.
 */
final class LookCall {

	private static final String LOOK = "select * from @.job_look_v1(?, ?, ?)";

	private final OwnConnection connection;

	private final String sql;

	LookCall(OwnConnection connection, PostgresOptions options) {
		this.connection = connection;
		this.sql = options.qualify(LOOK);
	}

	JobEndings.Ended execute(Collection<JobId> jobs, Collection<JobId> fresh, Duration interest) {
		return this.connection.call((open) -> {
			PreparedStatement statement = this.connection.prepare(open, this.sql);
			statement.setArray(1, SqlArrays.longs(open, jobs.stream().map(JobId::value).toList()));
			statement.setArray(2, SqlArrays.longs(open, fresh.stream().map(JobId::value).toList()));
			statement.setLong(3, interest.toMillis());
			List<JobRecord> ended = new ArrayList<>();
			Set<JobId> unknown = new HashSet<>();
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					if (rows.getString("state") == null) {
						unknown.add(JobId.of(rows.getLong("id")));
					}
					else {
						ended.add(JobRows.read(rows));
					}
				}
			}
			return new JobEndings.Ended(ended, unknown);
		});
	}

}
