package io.jobqueue.store.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.serialization.JobHeaders;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;

/**
 * The rows of one reply; {@code V1__create_job_queue.sql} says what their kinds mean.
 */
final class ExchangeReply {

	private final List<Claim.Room> rooms;

	private final int limit;

	private final List<ClaimedJob> claimed = new ArrayList<>();

	private final Set<JobId> refused = new HashSet<>();

	private final Set<JobId> deferred = new HashSet<>();

	private final Set<JobId> awaited = new HashSet<>();

	private final Set<String> contended = new HashSet<>();

	private final Map<String, Long> floors = new HashMap<>();

	private final Map<String, List<LowWaterMarks.Mark>> due = new HashMap<>();

	private boolean isNodeAlive = true;

	private @Nullable Duration limitedFor;

	ExchangeReply(Claim claim) {
		this.rooms = claim.isEmpty() ? List.of() : claim.queues();
		this.limit = claim.limit();
	}

	void read(ResultSet row) throws SQLException {
		switch (row.getString(1).charAt(0)) {
			case 'J' -> this.claimed.add(job(row));
			case 'R' -> this.refused.add(JobId.of(row.getLong(4)));
			case 'D' -> this.deferred.add(JobId.of(row.getLong(4)));
			case 'E' -> this.awaited.add(JobId.of(row.getLong(4)));
			case 'C' -> this.contended.add(queue(row));
			case 'N' -> this.isNodeAlive = false;
			case 'W' -> limited(Duration.ofMillis(row.getLong(4)));
			case 'F' -> this.floors.put(queue(row), row.getLong(4));
			case 'B' -> this.due.computeIfAbsent(queue(row), (queue) -> new ArrayList<>())
				.add(new LowWaterMarks.Mark(row.getInt(6), row.getLong(4)));
			default -> throw new SQLException("Unknown kind of row: " + row.getString(1));
		}
	}

	private void limited(Duration wait) {
		this.limitedFor = (this.limitedFor == null || wait.compareTo(this.limitedFor) < 0) ? wait : this.limitedFor;
	}

	private String queue(ResultSet row) throws SQLException {
		return this.rooms.get(row.getInt(2) - 1).queue();
	}

	private ClaimedJob job(ResultSet row) throws SQLException {
		long timeout = row.getLong(14);
		boolean hasTimeout = !row.wasNull();
		return new ClaimedJob(JobId.of(row.getLong(4)), row.getLong(3), row.getString(5), queue(row), -row.getInt(6),
				row.getInt(7), row.getInt(8), row.getInt(9), row.getString(10), JobHeaders.read(row.getString(11)),
				instant(row, 12), instant(row, 13), hasTimeout ? Duration.ofMillis(timeout) : null, row.getString(15),
				row.getBoolean(16), row.getBoolean(17));
	}

	private static Instant instant(ResultSet row, int column) throws SQLException {
		return row.getObject(column, OffsetDateTime.class).toInstant();
	}

	void teach(LowWaterMarks marks) {
		if (!this.isNodeAlive) {
			return;
		}
		this.floors.forEach(marks::raiseFloor);
		boolean suspect = !this.claimed.isEmpty() && this.claimed.get(0).isSuspect();
		int left = this.limit;
		for (Claim.Room room : this.rooms) {
			if (left <= 0 || suspect) {
				break;
			}
			if (this.contended.contains(room.queue())) {
				continue;
			}
			Map<Integer, Long> greatest = new HashMap<>();
			int count = 0;
			for (ClaimedJob job : this.claimed) {
				if (job.queue().equals(room.queue())) {
					greatest.merge(-job.priority(), job.id().value(), Math::max);
					count++;
				}
			}
			marks.claimed(room.queue(), greatest, count < Math.min(room.room(), left));
			left -= count;
		}
		this.due.forEach((queue, jobs) -> jobs.forEach((job) -> marks.lower(queue, job.rank(), job.id())));
	}

	List<ClaimedJob> claimed() {
		return this.claimed;
	}

	Set<JobId> deferred() {
		return this.deferred;
	}

	/**
	 * Return the jobs that have ended and that somebody waits for.
	 */
	Set<JobId> awaited() {
		return this.awaited;
	}

	Exchange.Result result() {
		return new Exchange.Result(this.claimed, this.refused, this.deferred, !this.contended.isEmpty(),
				this.isNodeAlive, this.limitedFor);
	}

}
