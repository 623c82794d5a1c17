package io.jobqueue.store.postgres;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.jobqueue.HeldJob;
import io.jobqueue.JobCount;
import io.jobqueue.JobFailure;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobLimits;
import io.jobqueue.JobProgress;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.NodeStatus;
import io.jobqueue.QueueStatus;
import io.jobqueue.serialization.JobHeaders;
import io.jobqueue.serialization.LimitJson;
import io.jobqueue.store.internal.Explainer;

/**
 * Reads the rows of {@link AdminStatements}.
 */
final class JobRows {

	private static final JsonMapper MAPPER = new JsonMapper();

	private JobRows() {
	}

	static JobRecord read(ResultSet row) throws SQLException {
		long node = row.getLong("node");
		Long knownNode = row.wasNull() ? null : node;
		return new JobRecord(JobId.of(row.getLong("id")), row.getString("handler"), row.getString("queue"),
				JobState.valueOf(row.getString("state").toUpperCase(Locale.ROOT)), -row.getInt("rank"),
				row.getInt("attempt"), row.getInt("max_attempts"), row.getInt("abandoned"), row.getString("arguments"),
				JobHeaders.read(row.getString("headers")), instant(row, "created_at"), instant(row, "run_at"),
				optionalInstant(row, "started_at"), optionalInstant(row, "finished_at"), knownNode, progress(row),
				row.getString("result"), failures(row.getString("failures")), limits(row.getString("limits")),
				optionalInstant(row, "deadline"));
	}

	static QueueStatus readQueue(ResultSet row) throws SQLException {
		long age = row.getLong(6);
		Duration oldest = row.wasNull() ? null : Duration.ofMillis(Math.max(age, 0));
		return new QueueStatus(row.getString(1), row.getBoolean(2), row.getLong(3), row.getLong(4), row.getLong(5),
				oldest, row.getBoolean(7));
	}

	static NodeStatus readNode(ResultSet row) throws SQLException {
		return new NodeStatus(row.getLong(1), row.getString(2), instant(row, "started_at"), instant(row, "seen_at"),
				List.of((String[]) row.getArray(5).getArray()),
				(row.getArray(6) != null) ? List.of((String[]) row.getArray(6).getArray()) : null,
				Arrays.stream((Long[]) row.getArray(7).getArray()).map(JobId::of).toList());
	}

	static HeldJob readHeld(ResultSet row) throws SQLException {
		return new HeldJob(JobId.of(row.getLong(1)), row.getString(2), row.getString(3), instant(row, "claimed_at"));
	}

	/**
	 * Read what else is to be known about a live job.
	 */
	static Explainer.Facts readFacts(ResultSet row, JobRecord job, List<NodeStatus> nodes, @Nullable JobLimit limit)
			throws SQLException {
		long ahead = row.getLong("ahead");
		JobCount count = new JobCount(Math.min(ahead, Explainer.MAX_AHEAD), ahead <= Explainer.MAX_AHEAD);
		return new Explainer.Facts(job, row.getBoolean("paused"), row.getBoolean("cancelling"),
				optionalInstant(row, "claimed_at"), count, nodes, readGate(row), limit);
	}

	private static Explainer.@Nullable Gate readGate(ResultSet row) throws SQLException {
		Array holders = row.getArray("holders");
		if (holders == null) {
			return null;
		}
		boolean isOfKey = row.getBoolean("of_key");
		return new Explainer.Gate(isOfKey, row.getString(isOfKey ? "gate_key" : "gate_handler"),
				Arrays.stream((Long[]) holders.getArray()).map(JobId::of).toList());
	}

	private static @Nullable JobProgress progress(ResultSet row) throws SQLException {
		int percent = row.getInt("progress_percent");
		return row.wasNull() ? null : new JobProgress(percent, row.getString("progress_message"));
	}

	private static @Nullable JobLimits limits(@Nullable String json) {
		return (json != null) ? LimitJson.readLimits(json) : null;
	}

	private static List<JobFailure> failures(@Nullable String json) {
		if (json == null) {
			return List.of();
		}
		List<JobFailure> failures = new ArrayList<>();
		for (JsonNode node : MAPPER.readTree(json)) {
			JsonNode message = node.path("message");
			failures.add(new JobFailure(node.path("attempt").asInt(),
					OffsetDateTime.parse(node.path("at").asString()).toInstant(), node.path("type").asString(),
					message.isString() ? message.asString() : null, node.path("stackTrace").asString()));
		}
		return List.copyOf(failures);
	}

	private static Instant instant(ResultSet row, String column) throws SQLException {
		return row.getObject(column, OffsetDateTime.class).toInstant();
	}

	private static @Nullable Instant optionalInstant(ResultSet row, String column) throws SQLException {
		OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant() : null;
	}

}
