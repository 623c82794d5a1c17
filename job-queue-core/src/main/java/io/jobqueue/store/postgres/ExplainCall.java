package io.jobqueue.store.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobNotFoundException;
import io.jobqueue.JobRecord;
import io.jobqueue.NodeStatus;
import io.jobqueue.store.internal.Explainer;

/**
 * Asks for all that explains a job, in one round trip.
 */
final class ExplainCall {

	private final AdminStatements sql;

	ExplainCall(AdminStatements sql) {
		this.sql = sql;
	}

	/**
	 * Return what is known about a job.
	 * @throws JobNotFoundException if there is none with that id
	 */
	Explainer.Facts run(Connection connection, JobId id) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(this.sql.explain)) {
			for (int i = 1; i <= AdminStatements.IDS_TO_EXPLAIN; i++) {
				statement.setLong(i, id.value());
			}
			statement.execute();
			JobRecord job = first(list(statement, JobRows::read));
			List<NodeStatus> nodes = next(statement, JobRows::readNode);
			JobLimit limit = first(next(statement, LimitRows::limit));
			if (job == null) {
				throw new JobNotFoundException(id);
			}
			if (Explainer.Facts.isAll(job)) {
				return Explainer.Facts.ofFinished(job);
			}
			Explainer.Facts facts = first(next(statement, (row) -> JobRows.readFacts(row, job, nodes, limit)));
			// If there is nothing about it, it has ended since it was found.
			return (facts != null) ? facts : run(connection, id);
		}
	}

	private static <T> List<T> next(PreparedStatement statement, SqlQuery.RowReader<T> reader) throws SQLException {
		statement.getMoreResults();
		return list(statement, reader);
	}

	private static <T> List<T> list(PreparedStatement statement, SqlQuery.RowReader<T> reader) throws SQLException {
		List<T> found = new ArrayList<>();
		try (ResultSet rows = statement.getResultSet()) {
			while (rows.next()) {
				found.add(reader.read(rows));
			}
		}
		return found;
	}

	private static <T> @Nullable T first(List<T> list) {
		return list.isEmpty() ? null : list.get(0);
	}

}
