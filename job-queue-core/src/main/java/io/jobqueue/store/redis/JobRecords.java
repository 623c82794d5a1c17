package io.jobqueue.store.redis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.serialization.LimitJson;

/**
 * Reads what scripts tell about jobs, see {@code look.lua}.
 */
final class JobRecords {

	private static final String ELSEWHERE = "M";

	private JobRecords() {
	}

	/**
	 * Return the letters of states.
	 */
	static String letters(Iterable<JobState> states) {
		StringBuilder letters = new StringBuilder();
		for (JobState state : states) {
			letters.append(switch (state) {
				case BLOCKED -> "";
				case SCHEDULED -> "W";
				case AVAILABLE -> "A";
				case RUNNING -> "R";
				case SUCCEEDED -> "S";
				case FAILED -> "F";
				case CANCELLED -> "C";
			});
		}
		return letters.toString();
	}

	private static JobState state(String letter) {
		return switch (letter) {
			case "W" -> JobState.SCHEDULED;
			case "A" -> JobState.AVAILABLE;
			case "R" -> JobState.RUNNING;
			case "S" -> JobState.SUCCEEDED;
			case "F" -> JobState.FAILED;
			case "C" -> JobState.CANCELLED;
			default -> throw new IllegalStateException("Unknown state " + letter);
		};
	}

	static List<JobRecord> read(Reply reply, String queue, int number) {
		return read(reply, queue, number, new ArrayList<>());
	}

	/**
	 * Read what a script tells.
	 * @param elsewhere where to note those that may be in other queues
	 */
	static List<JobRecord> read(Reply reply, String queue, int number, Collection<JobId> elsewhere) {
		List<JobRecord> records = new ArrayList<>();
		while (reply.hasNext()) {
			JobId id = reply.job(number);
			String letter = reply.text();
			if (letter.equals(ELSEWHERE)) {
				elsewhere.add(id);
				continue;
			}
			JobState state = state(letter);
			String holder = reply.text();
			StoredJob job = StoredJob.read(reply.bytes());
			byte[] end = reply.bytes();
			StoredEnd ended = (end.length > 0) ? StoredEnd.read(end) : null;
			records.add(record(id, queue, state, holder.isEmpty() ? null : Long.valueOf(holder), job, ended,
					reply.bytes(), reply.bytes()));
		}
		return records;
	}

	private static JobRecord record(JobId id, String queue, JobState state, @Nullable Long holder, StoredJob job,
			@Nullable StoredEnd end, byte[] progress, byte[] failures) {
		JobBody body = job.body();
		boolean hasDeadline = body.deadline() > 0 && !state.isFinished();
		return new JobRecord(id, body.handler(), queue, state, body.priority(),
				(end != null) ? end.attempts() : job.attempts(), body.maxAttempts(),
				(end != null) ? end.abandonments() : job.abandonments(), body.arguments(), body.headers(),
				job.createdAt(), job.runAt(), (end != null) ? end.startedAt() : null,
				(end != null) ? end.finishedAt() : null, (end != null) ? end.node() : holder,
				StoredProgress.read(progress), (end != null) ? end.result() : null, StoredFailures.read(failures),
				(body.limits() != null) ? LimitJson.readLimits(body.limits()) : null,
				hasDeadline ? Instant.ofEpochMilli(body.deadline()) : null);
	}

}
