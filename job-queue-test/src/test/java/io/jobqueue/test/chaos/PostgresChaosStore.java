package io.jobqueue.test.chaos;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import org.springframework.jdbc.core.JdbcTemplate;

import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;

/**
 * The jobs of one run in a schema, with the ledger beside them. Triggers keep the log of
 * leases, in the transactions that claim, settle and rescue.
 */
final class PostgresChaosStore implements ChaosStore {

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

	private static final String JOBS = """
			select j.*, n.name,
				array(select (f ->> 'at')::timestamptz from jsonb_array_elements(coalesce(j.failures, '[]')) as f)
			from (
				select id, arguments, state, abandoned, failures, finished_at, node from job_history
				union all select id, arguments, state, abandoned, failures, null, null from job) as j
				left join job_node n on n.id = j.node""";

	private static final String ORPHANS = """
			select (j.arguments::json ->> 0)::bigint from job_node n join job_lease l on l.node = n.id
				join job j on j.id = any (l.job_ids)
			where n.name = ?""";

	private static final String DEAD_LEASES = """
			select count(*) from job_lease l where not exists (select 1 from job_node n where n.id = l.node)""";

	private static final String TERMINATE = "select pg_terminate_backend(pid) from pg_stat_activity"
			+ " where application_name = any (string_to_array('%s', ','))";

	private final PostgresChaosServer server;

	private final String schema;

	private final DataSource dataSource;

	private final JdbcTemplate jdbc;

	PostgresChaosStore(PostgresChaosServer server, String schema) {
		server.start();
		this.server = server;
		this.schema = schema;
		new PostgresSchema(server.dataSource("chaos-control"), PostgresOptions.DEFAULT.withSchema(schema)).migrate();
		this.dataSource = new SchemaDataSource(server.dataSource("chaos-control"), schema);
		this.jdbc = new JdbcTemplate(this.dataSource);
	}

	@Override
	public ChaosServer server() {
		return this.server;
	}

	@Override
	public List<Fault.Kind> faults() {
		return Arrays.stream(Fault.Kind.values()).filter((kind) -> kind != Fault.Kind.HANG).toList();
	}

	@Override
	public boolean isTransactional() {
		return true;
	}

	@Override
	public DataSource ledger() {
		return this.dataSource;
	}

	@Override
	public StoreClient.Address address() {
		return new StoreClient.Address(StoreClient.POSTGRES, this.schema, "");
	}

	@Override
	public void disconnect(Collection<String> applications) {
		this.jdbc.execute(TERMINATE.formatted(String.join(",", applications)));
	}

	@Override
	public Map<Long, List<Ledger.Job>> jobs() {
		return this.jdbc.query(JOBS, (row, n) -> {
			String arguments = row.getString("arguments");
			Timestamp[] failedAt = (Timestamp[]) row.getArray(9).getArray();
			OffsetDateTime finishedAt = row.getObject("finished_at", OffsetDateTime.class);
			return new Ledger.Job(Long.parseLong(arguments.substring(1, arguments.length() - 1)), row.getLong("id"),
					row.getString("state"), row.getInt("abandoned"), String.valueOf(row.getString("failures")),
					Arrays.stream(failedAt).map(Timestamp::toInstant).toList(),
					(finishedAt != null) ? finishedAt.toInstant() : null, row.getString("name"));
		}).stream().collect(Collectors.groupingBy(Ledger.Job::key));
	}

	@Override
	public List<Long> leased(String node) {
		return this.jdbc.queryForList(ORPHANS, Long.class, node);
	}

	@Override
	public long liveJobs() {
		return this.jdbc.queryForObject("select count(*) from job", Long.class);
	}

	@Override
	public long leasesOfDeadNodes() {
		return this.jdbc.queryForObject(DEAD_LEASES, Long.class);
	}

	@Override
	public List<String> nodes() {
		return this.jdbc.queryForList("select name from job_node order by name", String.class);
	}

	@Override
	public void keepLeaseLog() {
		this.jdbc.execute(TABLES.formatted(this.schema));
	}

	@Override
	public LeaseLog readLeaseLog() {
		LeaseLog log = new LeaseLog();
		this.jdbc.query("select at, node, name, is_new from ledger_node order by id", (row) -> {
			if (row.getBoolean(4)) {
				log.came(row.getLong(2), row.getString(3), instant(row));
			}
			else {
				log.gone(row.getLong(2), instant(row));
			}
		});
		this.jdbc.query("select at, lease, node, job_ids, is_claim from ledger_lease order by id", (row) -> {
			long lease = row.getLong(2);
			for (Long job : (Long[]) row.getArray(4).getArray()) {
				if (row.getBoolean(5)) {
					log.claimed(job, lease, row.getLong(3), instant(row));
				}
				else {
					log.ended(job, lease, instant(row));
				}
			}
		});
		return log;
	}

	private static Instant instant(ResultSet row) throws SQLException {
		return row.getObject(1, OffsetDateTime.class).toInstant();
	}

	@Override
	public List<String> leftovers() {
		return List.of(
				"Unfinished: " + this.jdbc
					.queryForList("select id, state, attempt, abandoned, handler, arguments, run_at, failures"
							+ " from job order by id limit 20"),
				"Leases: " + this.jdbc.queryForList("select * from job_lease order by id limit 50"),
				"Nodes: " + this.jdbc.queryForList("select *, now() - seen_at as silence from job_node"));
	}

	@Override
	public void close() {
		// The schema stays, to be looked at.
	}

}
