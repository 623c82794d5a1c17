package io.jobqueue.store.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import io.jobqueue.JobId;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.Outcome;

/**
 * The verb {@code exchange} as one call of the function {@code job_exchange_v1}: one
 * round trip, one commit.
 */
final class ExchangeCall {

	private static final String EXCHANGE = "select * from @.job_exchange_v1(?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?,"
			+ " ?, ?, ?, ?, ?, ?, ?, ?)";

	private static final String END_EPOCH = "select @.job_end_epoch_v1(?, ?, ?, ?)";

	private final OwnConnection connection;

	private final OwnConnection settlements;

	private final PostgresOptions options;

	private final LowWaterMarks marks;

	private final HeldLeases leases;

	private final Consumer<Set<JobId>> onEnd;

	private final String sql;

	private final String endEpoch;

	// Both only touched while the first connection is held: nodes whose last claim was
	// not
	// answered, and how often that has happened.
	private final Set<Long> uncertain = new HashSet<>();

	private final Map<Long, Integer> epochs = new HashMap<>();

	/**
	 * Create a call.
	 * @param connection the connection for whatever claims
	 * @param settlements the connection for large settlements, which go on beside claims
	 * @param onEnd told which jobs have ended that somebody waits for, if any
	 */
	ExchangeCall(OwnConnection connection, OwnConnection settlements, PostgresOptions options, LowWaterMarks marks,
			HeldLeases leases, Consumer<Set<JobId>> onEnd) {
		this.connection = connection;
		this.settlements = settlements;
		this.options = options;
		this.marks = marks;
		this.leases = leases;
		this.onEnd = onEnd;
		this.sql = options.qualify(EXCHANGE);
		this.endEpoch = options.qualify(END_EPOCH);
	}

	Exchange.Result execute(Exchange exchange) {
		if (exchange.isLargeSettlement()) {
			return this.settlements.call((open) -> execute(this.settlements, open, exchange, 0));
		}
		return this.connection.call((open) -> {
			// Also those of ids that have lapsed since: nobody else would give their jobs
			// back before a rescue, which counts an abandonment.
			for (long node : List.copyOf(this.uncertain)) {
				endEpoch(open, node);
			}
			if (!exchange.claim().isEmpty()) {
				this.uncertain.add(exchange.node());
			}
			int epoch = this.epochs.getOrDefault(exchange.node(), 0);
			Exchange.Result result = execute(this.connection, open, exchange, epoch);
			this.uncertain.remove(exchange.node());
			return result;
		});
	}

	// The answer to a claim was lost, so the server may have leased jobs that this node
	// does not know of, or may still be about to.
	private void endEpoch(Connection open, long node) throws SQLException {
		PreparedStatement statement = this.connection.prepare(open, this.endEpoch);
		statement.setLong(1, node);
		// Another one with each attempt: if this answer is lost too, the call may come
		// when this node has claimed again.
		statement.setInt(2, this.epochs.merge(node, 1, Integer::sum));
		statement.setArray(3, SqlArrays.longs(open, this.leases.known()));
		statement.setBoolean(4, !this.options.retention().cancelled().isZero());
		try (ResultSet row = statement.executeQuery()) {
			row.next();
			for (String queue : (String[]) row.getArray(1).getArray()) {
				this.marks.rewind(queue);
			}
		}
		this.uncertain.remove(node);
	}

	private Exchange.Result execute(OwnConnection connection, Connection open, Exchange exchange, int epoch)
			throws SQLException {
		SettlementParameters settlement = new SettlementParameters(exchange.outcomes());
		HeldLeases.Plan plan = this.leases.plan(exchange.outcomes(), !exchange.isLargeSettlement());
		lowerMarks(exchange.outcomes());
		PreparedStatement statement = connection.prepare(open, this.sql);
		statement.setLong(1, exchange.node());
		statement.setInt(2, epoch);
		try {
			return execute(open, statement, exchange, settlement, plan, false);
		}
		catch (SQLException ex) {
			if (!SqlStates.isLockNotAvailable(ex) && !SqlStates.isNoDataFound(ex)) {
				throw ex;
			}
			// Somebody's transaction holds one of the jobs, or one is gone: settle the
			// others. No lease is closed, because it is not known yet which of them have
			// nothing left.
			return execute(open, statement, exchange, settlement, plan.withoutClosing(), true);
		}
	}

	private Exchange.Result execute(Connection open, PreparedStatement statement, Exchange exchange,
			SettlementParameters settlement, HeldLeases.Plan plan, boolean careful) throws SQLException {
		Claim claim = exchange.claim();
		List<LowWaterMarks.Marks> used = claim.isEmpty() ? List.of()
				: claim.queues().stream().map(this::marksFor).toList();
		statement.setArray(3, SqlArrays.longs(open, plan.touched()));
		statement.setArray(4, SqlArrays.longs(open, List.copyOf(plan.closed())));
		settlement.bind(open, statement, 5);
		statement.setBoolean(10, !this.options.retention().succeeded().isZero());
		statement.setBoolean(11, !this.options.retention().cancelled().isZero());
		statement.setBoolean(12, careful);
		bind(open, statement, 13, claim, used);
		ExchangeReply reply = new ExchangeReply(claim);
		try (ResultSet rows = statement.executeQuery()) {
			while (rows.next()) {
				reply.read(rows);
			}
		}
		this.leases.settled(plan, reply.deferred());
		this.leases.claimed(reply.claimed());
		reply.teach(this.marks);
		if (!reply.awaited().isEmpty()) {
			this.onEnd.accept(reply.awaited());
		}
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
		statement.setArray(n++, SqlArrays.longs(open, ids));
		statement.setArray(n, SqlArrays.shorts(open, below(rooms)));
	}

	private LowWaterMarks.Marks marksFor(Claim.Room room) {
		// A claim that does not look at all ranks does not count as a rewind.
		return (room.above() != null) ? this.marks.peek(room.queue()) : this.marks.use(room.queue());
	}

	private static List<Integer> below(List<Claim.Room> rooms) {
		if (rooms.stream().allMatch((room) -> room.above() == null)) {
			return List.of();
		}
		return rooms.stream().map((room) -> (room.above() != null) ? -room.above() : Short.MAX_VALUE).toList();
	}

	private void lowerMarks(List<Outcome> outcomes) {
		for (Outcome outcome : outcomes) {
			if (outcome.isBackAtOnce()) {
				ClaimedJob job = outcome.job();
				this.marks.lower(job.queue(), -job.priority(), job.id().value());
			}
		}
	}

}
