package io.jobqueue.test.chaos;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Which job was leased to which node, from when to when, as the database itself has seen
 * it: triggers write it down in the transactions that claim, settle and rescue. Read once
 * everything is over.
 */
final class LeaseLog {

	private static final String TABLES = """
			create table %1$s.ledger_lease (
				id bigint generated always as identity primary key, at timestamptz not null default clock_timestamp(),
				lease bigint not null, node bigint not null, job_ids bigint[] not null, is_claim boolean not null);
			create table %1$s.ledger_node (
				id bigint generated always as identity primary key, at timestamptz not null default clock_timestamp(),
				node bigint not null, name text not null, is_new boolean not null);
			create function %1$s.ledger_lease() returns trigger language plpgsql as $$
			begin
				if tg_op = 'INSERT' then
					insert into %1$s.ledger_lease (lease, node, job_ids, is_claim)
						values (new.id, new.node, new.job_ids, true);
				elsif tg_op = 'UPDATE' then
					insert into %1$s.ledger_lease (lease, node, job_ids, is_claim) values (old.id, old.node,
						array(select unnest(old.job_ids) except select unnest(new.job_ids)), false);
				else
					insert into %1$s.ledger_lease (lease, node, job_ids, is_claim)
						values (old.id, old.node, old.job_ids, false);
				end if;
				return null;
			end $$;
			create function %1$s.ledger_node() returns trigger language plpgsql as $$
			begin
				if tg_op = 'INSERT' then
					insert into %1$s.ledger_node (node, name, is_new) values (new.id, new.name, true);
				else
					insert into %1$s.ledger_node (node, name, is_new) values (old.id, old.name, false);
				end if;
				return null;
			end $$;
			create trigger ledger after insert or delete or update of job_ids on %1$s.job_lease
				for each row execute function %1$s.ledger_lease();
			create trigger ledger after insert or delete on %1$s.job_node
				for each row execute function %1$s.ledger_node()""";

	private final Map<Long, Node> nodes = new HashMap<>();

	private final Map<Long, List<Lease>> leases = new HashMap<>();

	private LeaseLog() {
	}

	/**
	 * Let a schema keep the log from now on.
	 */
	static void install(ChaosServer server, String schema) throws SQLException {
		server.execute(TABLES.formatted(schema));
	}

	static LeaseLog read(JdbcTemplate jdbc) {
		LeaseLog log = new LeaseLog();
		jdbc.query("select at, node, name, is_new from ledger_node order by id", log::readNode);
		jdbc.query("select at, lease, node, job_ids, is_claim from ledger_lease order by id", log::readLease);
		return log;
	}

	private void readNode(ResultSet row) throws SQLException {
		Instant at = instant(row);
		String name = row.getString(3);
		if (row.getBoolean(4)) {
			this.nodes.values()
				.stream()
				.filter((node) -> node.name.equals(name) && node.successorAt == null)
				.forEach((node) -> node.successorAt = at);
			this.nodes.put(row.getLong(2), new Node(name, at));
		}
		else {
			this.nodes.get(row.getLong(2)).goneAt = at;
		}
	}

	private void readLease(ResultSet row) throws SQLException {
		Instant at = instant(row);
		long lease = row.getLong(2);
		Node node = Objects.requireNonNull(this.nodes.get(row.getLong(3)), "A lease of nobody");
		for (Long job : (Long[]) row.getArray(4).getArray()) {
			List<Lease> ofJob = this.leases.computeIfAbsent(job, (id) -> new ArrayList<>());
			if (row.getBoolean(5)) {
				ofJob.add(new Lease(lease, node, at));
			}
			else {
				ofJob.stream().filter((open) -> open.id == lease).forEach((open) -> open.to = at);
			}
		}
	}

	private static Instant instant(ResultSet row) throws SQLException {
		return row.getObject(1, OffsetDateTime.class).toInstant();
	}

	/**
	 * Return the leases of a job, in the order of their claims.
	 * @param job the id of the job
	 */
	List<Lease> of(long job) {
		return this.leases.getOrDefault(job, List.of());
	}

	/**
	 * Return when the last id of a worker was forgotten; {@link Instant#MAX} if it was
	 * not.
	 */
	Instant forgottenAt(String name) {
		return this.nodes.values()
			.stream()
			.filter((node) -> node.name.equals(name))
			.map((node) -> (node.goneAt != null) ? node.goneAt : Instant.MAX)
			.max(Instant::compareTo)
			.orElse(Instant.MAX);
	}

	/**
	 * Return how often a worker came back under a new id.
	 */
	long lapses() {
		return this.nodes.values().stream().filter((node) -> node.successorAt != null).count();
	}

	/**
	 * Return whether a worker came that was not there before, in a time.
	 */
	boolean hasNewcomer(Instant from, Instant to) {
		Map<String, Instant> first = new HashMap<>();
		this.nodes.values().forEach((node) -> first.merge(node.name, node.from, (a, b) -> a.isBefore(b) ? a : b));
		return first.values().stream().anyMatch((at) -> at.isAfter(from) && at.isBefore(to));
	}

	/**
	 * One id of a worker.
	 */
	private static final class Node {

		private final String name;

		private final Instant from;

		private Instant goneAt;

		private Instant successorAt;

		Node(String name, Instant from) {
			this.name = name;
			this.from = from;
		}

	}

	/**
	 * The time for which one job belonged to one id of a worker.
	 */
	static final class Lease {

		private final long id;

		private final Node node;

		private final Instant from;

		private Instant to = Instant.MAX;

		Lease(long id, Node node, Instant from) {
			this.id = id;
			this.node = node;
			this.from = from;
		}

		String node() {
			return this.node.name;
		}

		Instant from() {
			return this.from;
		}

		Instant to() {
			return this.to;
		}

		/**
		 * Return whether the worker was declared dead before it gave the job back.
		 */
		boolean isAbandoned() {
			return this.node.goneAt != null && !this.node.goneAt.isAfter(this.to) && this.to.isBefore(Instant.MAX);
		}

		/**
		 * Return whether the worker lost the id under which it had the job.
		 */
		boolean isLost() {
			return this.node.goneAt != null || this.node.successorAt != null;
		}

	}

}
