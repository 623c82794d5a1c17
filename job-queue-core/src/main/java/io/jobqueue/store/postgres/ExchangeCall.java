package io.jobqueue.store.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
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
import io.jobqueue.store.Outcome;

/**
 * The verb {@code exchange} as one call of the function {@code job_exchange_v1}: one
 * round trip, one commit.
 */
final class ExchangeCall {

	private static final String EXCHANGE = "select * from @.job_exchange_v1(?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?,"
			+ " ?, ?, ?, ?, ?, ?)";

	private static final String RELEASE_UNKNOWN = """
			select t.queues from (
				select array(select id from @.job_lease where node = ? and id <> all (?)) as leases) l,
				@.job_take_back_v1(l.leases, false, 0, '', '', ?) t""";

	private final OwnConnection connection;

	private final PostgresOptions options;

	private final LowWaterMarks marks;

	private final HeldLeases leases;

	private final String sql;

	private final String releaseUnknown;

	// Nodes whose last claim was not answered. Only touched while the connection is held.
	private final Set<Long> uncertain = new HashSet<>();

	ExchangeCall(OwnConnection connection, PostgresOptions options, LowWaterMarks marks, HeldLeases leases) {
		this.connection = connection;
		this.options = options;
		this.marks = marks;
		this.leases = leases;
		this.sql = options.qualify(EXCHANGE);
		this.releaseUnknown = options.qualify(RELEASE_UNKNOWN);
	}

	Exchange.Result execute(Exchange exchange) {
		return this.connection.call((open) -> {
			if (this.uncertain.remove(exchange.node())) {
				releaseUnknown(open, exchange.node());
			}
			if (!exchange.claim().isEmpty()) {
				this.uncertain.add(exchange.node());
			}
			Exchange.Result result = execute(open, exchange);
			this.uncertain.remove(exchange.node());
			return result;
		});
	}

	// The answer to a claim was lost, so the server may have leased jobs that this node
	// does not know of.
	private void releaseUnknown(Connection open, long node) throws SQLException {
		this.uncertain.add(node);
		PreparedStatement statement = this.connection.prepare(open, this.releaseUnknown);
		statement.setLong(1, node);
		statement.setArray(2, SqlArrays.longs(open, this.leases.known()));
		statement.setBoolean(3, !this.options.retention().cancelled().isZero());
		try (ResultSet row = statement.executeQuery()) {
			row.next();
			for (String queue : (String[]) row.getArray(1).getArray()) {
				this.marks.rewind(queue);
			}
		}
		this.uncertain.remove(node);
	}

	private Exchange.Result execute(Connection open, Exchange exchange) throws SQLException {
		Settlement settlement = new Settlement(exchange.outcomes());
		HeldLeases.Plan plan = this.leases.plan(exchange.outcomes());
		lowerMarks(exchange.outcomes());
		try {
			return execute(open, exchange, settlement, plan, false);
		}
		catch (SQLException ex) {
			if (!SqlStates.isLockNotAvailable(ex)) {
				throw ex;
			}
			// Somebody's transaction holds one of the jobs: settle the others, and leave
			// it for later. No lease is closed,
			// because it is not known yet which of them have nothing left.
			HeldLeases.Plan allOpen = new HeldLeases.Plan(plan.touched(), List.of());
			return execute(open, exchange, settlement, allOpen, true);
		}
	}

	private Exchange.Result execute(Connection open, Exchange exchange, Settlement settlement, HeldLeases.Plan plan,
			boolean careful) throws SQLException {
		Claim claim = exchange.claim();
		List<LowWaterMarks.Marks> used = claim.isEmpty() ? List.of()
				: claim.queues().stream().map((room) -> this.marks.use(room.queue())).toList();
		PreparedStatement statement = this.connection.prepare(open, this.sql);
		statement.setLong(1, exchange.node());
		statement.setArray(2, SqlArrays.longs(open, plan.touched()));
		statement.setArray(3, SqlArrays.longs(open, plan.closed()));
		settlement.bind(open, statement, 4);
		statement.setBoolean(9, !this.options.retention().succeeded().isZero());
		statement.setBoolean(10, !this.options.retention().cancelled().isZero());
		statement.setBoolean(11, careful);
		bind(open, statement, 12, claim, used);
		Reply reply = new Reply(claim);
		try (ResultSet rows = statement.executeQuery()) {
			while (rows.next()) {
				reply.read(rows);
			}
		}
		this.leases.settled(exchange.outcomes(), reply.deferred, plan.closed());
		this.leases.claimed(reply.claimed);
		reply.teach(this.marks);
		return reply.result();
	}

	private void bind(Connection open, PreparedStatement statement, int first, Claim claim,
			List<LowWaterMarks.Marks> used) throws SQLException {
		List<Claim.Room> rooms = claim.isEmpty() ? List.of() : claim.queues();
		List<Integer> queues = new ArrayList<>();
		List<Integer> ranks = new ArrayList<>();
		List<Long> ids = new ArrayList<>();
		for (int i = 0; i < used.size(); i++) {
			for (LowWaterMarks.Mark mark : used.get(i).marks()) {
				queues.add(i + 1);
				ranks.add(mark.rank());
				ids.add(mark.id());
			}
		}
		int n = first;
		statement.setArray(n++, SqlArrays.texts(open, rooms.stream().map(Claim.Room::queue).toList()));
		statement.setArray(n++, SqlArrays.ints(open, rooms.stream().map(Claim.Room::room).toList()));
		statement.setInt(n++, claim.isEmpty() ? 0 : claim.limit());
		statement.setBoolean(n++, claim.suspects());
		statement.setArray(n++, SqlArrays.texts(open, List.copyOf(claim.excludedHandlers())));
		statement.setArray(n++, SqlArrays.longs(open, used.stream().map(LowWaterMarks.Marks::floor).toList()));
		statement.setArray(n++, SqlArrays.ints(open, queues));
		statement.setArray(n++, SqlArrays.shorts(open, ranks));
		statement.setArray(n, SqlArrays.longs(open, ids));
	}

	private void lowerMarks(List<Outcome> outcomes) {
		for (Outcome outcome : outcomes) {
			if (outcome.kind() == Outcome.Kind.RELEASED || (outcome.delay() != null && outcome.delay().isZero())) {
				ClaimedJob job = outcome.job();
				this.marks.lower(job.queue(), -job.priority(), job.id().value());
			}
		}
	}

	/**
	 * The rows of one reply; {@code V1__create_job_queue.sql} says what their kinds mean.
	 */
	private static final class Reply {

		private final List<Claim.Room> rooms;

		private final int limit;

		private final List<ClaimedJob> claimed = new ArrayList<>();

		private final Set<JobId> refused = new HashSet<>();

		private final Set<JobId> deferred = new HashSet<>();

		private final Set<String> contended = new HashSet<>();

		private final Map<String, Long> floors = new HashMap<>();

		private final Map<String, List<LowWaterMarks.Mark>> due = new HashMap<>();

		private boolean isNodeAlive = true;

		Reply(Claim claim) {
			this.rooms = claim.isEmpty() ? List.of() : claim.queues();
			this.limit = claim.limit();
		}

		void read(ResultSet row) throws SQLException {
			switch (row.getString(1).charAt(0)) {
				case 'J' -> this.claimed.add(job(row));
				case 'R' -> this.refused.add(JobId.of(row.getLong(4)));
				case 'D' -> this.deferred.add(JobId.of(row.getLong(4)));
				case 'C' -> this.contended.add(queue(row));
				case 'N' -> this.isNodeAlive = false;
				case 'F' -> this.floors.put(queue(row), row.getLong(4));
				case 'B' -> this.due.computeIfAbsent(queue(row), (queue) -> new ArrayList<>())
					.add(new LowWaterMarks.Mark(row.getInt(6), row.getLong(4)));
				default -> throw new SQLException("Unknown kind of row: " + row.getString(1));
			}
		}

		private String queue(ResultSet row) throws SQLException {
			return this.rooms.get(row.getInt(2) - 1).queue();
		}

		private ClaimedJob job(ResultSet row) throws SQLException {
			long timeout = row.getLong(14);
			boolean hasTimeout = !row.wasNull();
			return new ClaimedJob(JobId.of(row.getLong(4)), row.getLong(3), row.getString(5), queue(row),
					-row.getInt(6), row.getInt(7), row.getInt(8), row.getInt(9), row.getString(10),
					JobHeaders.read(row.getString(11)), instant(row, 12), instant(row, 13),
					hasTimeout ? Duration.ofMillis(timeout) : null, row.getString(15));
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

		Exchange.Result result() {
			return new Exchange.Result(this.claimed, this.refused, this.deferred, !this.contended.isEmpty(),
					this.isNodeAlive);
		}

	}

	/**
	 * The outcomes of one call as parameters: plain successes as arrays, the others as
	 * JSON.
	 */
	private static final class Settlement {

		private final List<Long> ids = new ArrayList<>();

		private final List<Long> leases = new ArrayList<>();

		private final List<Integer> millis = new ArrayList<>();

		private final List<@Nullable String> results = new ArrayList<>();

		private final String others;

		private boolean hasResult;

		Settlement(List<Outcome> outcomes) {
			List<Outcome> sorted = new ArrayList<>(outcomes);
			// Rows are locked in the order of their ids, by everybody.
			sorted.sort((a, b) -> a.job().id().compareTo(b.job().id()));
			List<Outcome> rest = new ArrayList<>();
			for (Outcome outcome : sorted) {
				if (outcome.kind() == Outcome.Kind.SUCCEEDED) {
					add(outcome);
				}
				else {
					rest.add(outcome);
				}
			}
			this.others = OutcomeJson.write(rest);
		}

		private void add(Outcome outcome) {
			this.ids.add(outcome.job().id().value());
			this.leases.add(outcome.job().lease());
			this.millis.add(OutcomeJson.millis(outcome.elapsed()));
			this.results.add(outcome.result());
			this.hasResult |= outcome.result() != null;
		}

		void bind(Connection open, PreparedStatement statement, int first) throws SQLException {
			statement.setArray(first, SqlArrays.longs(open, this.ids));
			statement.setArray(first + 1, SqlArrays.longs(open, this.leases));
			statement.setArray(first + 2, SqlArrays.ints(open, this.millis));
			statement.setArray(first + 3, this.hasResult ? SqlArrays.texts(open, this.results) : null);
			statement.setString(first + 4, this.others);
		}

	}

}
