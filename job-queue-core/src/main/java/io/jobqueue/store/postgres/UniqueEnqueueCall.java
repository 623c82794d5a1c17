package io.jobqueue.store.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import io.jobqueue.DuplicateJobException;
import io.jobqueue.EnqueueResult;
import io.jobqueue.JobDeadline;
import io.jobqueue.JobId;
import io.jobqueue.OnDuplicate;
import io.jobqueue.serialization.JobHeaders;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.UniqueKey;
import io.jobqueue.serialization.LimitJson;

/**
 * The enqueue of jobs of which some are unique, in the transaction of the caller if there
 * is one. Unlike {@link EnqueueCall} it waits for another transaction that is about to
 * take the same key.
 */
final class UniqueEnqueueCall {

	private static final JsonMapper MAPPER = new JsonMapper();

	private static final String ENQUEUE = "select n, id, kind from @.job_enqueue_unique_v1(?::jsonb, ?)";

	private static final String ENQUEUE_OR_FAIL = "select n, id, kind from @.job_enqueue_unique_or_fail_v1(?::jsonb, ?)";

	private static final String DUPLICATE = "DUPLICATE";

	private final String enqueue;

	private final String enqueueOrFail;

	UniqueEnqueueCall(PostgresOptions options) {
		this.enqueue = options.qualify(ENQUEUE);
		this.enqueueOrFail = options.qualify(ENQUEUE_OR_FAIL);
	}

	List<EnqueueResult> execute(Connection connection, List<NewJob> jobs, boolean isInTransaction) throws SQLException {
		String sql = jobs.stream().anyMatch(UniqueEnqueueCall::mayFail) ? this.enqueueOrFail : this.enqueue;
		try (PreparedStatement statement = connection.prepareStatement(sql)) {
			statement.setString(1, write(jobs));
			statement.setBoolean(2, isInTransaction);
			EnqueueResult[] results = new EnqueueResult[jobs.size()];
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					int place = rows.getInt(1) - 1;
					JobId id = JobId.of(rows.getLong(2));
					String kind = rows.getString(3);
					if (kind.equals(DUPLICATE)) {
						throw new DuplicateJobException(id, jobs.get(place).handler(), jobs.get(place).queue());
					}
					results[place] = new EnqueueResult(id, EnqueueResult.Kind.valueOf(kind));
				}
			}
			return Arrays.asList(results);
		}
	}

	private static boolean mayFail(NewJob job) {
		return job.unique() != null && job.unique().onDuplicate() == OnDuplicate.FAIL;
	}

	private static String write(List<NewJob> jobs) {
		ArrayNode array = MAPPER.createArrayNode();
		for (NewJob job : jobs) {
			ObjectNode node = array.addObject();
			writeJob(node, job);
			UniqueKey unique = job.unique();
			if (unique != null) {
				node.put("key", unique.value());
				node.put("scope", unique.scope().name());
				node.put("millis", millis(unique.duration()));
				node.put("on_duplicate", unique.onDuplicate().name());
			}
		}
		return MAPPER.writeValueAsString(array);
	}

	private static void writeJob(ObjectNode node, NewJob job) {
		Instant runAt = job.runAt();
		Duration delay = job.delay();
		node.put("run_at", (runAt != null) ? runAt.toString() : null);
		node.put("delay", (delay != null) ? delay.toMillis() : 0);
		JobDeadline deadline = job.deadline();
		if (deadline != null) {
			node.put("deadline", (deadline.at() != null) ? deadline.at().toString() : null);
			node.put("deadline_millis", millis(deadline.afterDue()));
		}
		node.put("timeout_millis", millis(job.timeout()));
		node.put("rank", -job.priority());
		node.put("max_attempts", job.maxAttempts());
		node.put("queue", job.queue());
		node.put("handler", job.handler());
		node.put("arguments", job.arguments());
		node.put("headers", JobHeaders.write(job.headers()));
		node.put("backoff", job.backoff());
		node.put("limits", LimitJson.write(job.limits()));
	}

	private static @Nullable Long millis(@Nullable Duration duration) {
		return (duration != null) ? duration.toMillis() : null;
	}

}
