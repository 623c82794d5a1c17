package io.jobqueue.store.postgres;

/**
 * The statements about recurring jobs, with the schema put in.
 */
final class RecurringStatements {

	private static final String COLUMNS = "name, queue, last_job, version, due_at, next_at, last_at, content";

	final String look;

	final String take;

	final String setLastJobs;

	final String create;

	final String replace;

	final String remove;

	final String find;

	final String all;

	final String live;

	final String declare;

	final String undeclare;

	RecurringStatements(PostgresOptions options) {
		// One row at least, for the time.
		this.look = options.qualify(
				"""
						select now() as time, (select min(n.due_at) from @.job_recurring n where n.due_at > now()) as look_at, d.*
						from (select 1) one left join (
							select %s from @.job_recurring where due_at <= now() order by due_at, name limit ?) d on true
						order by d.due_at, d.name"""
					.formatted(COLUMNS));
		// Whoever is slower skips what is locked instead of waiting, so that two nodes
		// cannot wait for each other.
		this.take = options.qualify(
				"""
						with free as (
							select r.name from @.job_recurring r where r.name = any (?) order by r.name for update skip locked
						)
						update @.job_recurring r set version = c.version, due_at = c.due_at, next_at = c.next_at, last_at = c.last_at,
							content = c.content
						from unnest(?::text[], ?::bigint[], ?::bigint[], ?::timestamptz[], ?::timestamptz[], ?::timestamptz[], ?::text[])
							as c(name, expected, version, due_at, next_at, last_at, content), free f
						where r.name = f.name and c.name = f.name and r.version = c.expected
						returning r.name""");
		this.setLastJobs = options.qualify("""
				update @.job_recurring r set last_job = j.id from unnest(?::text[], ?::bigint[]) as j(name, id)
				where r.name = j.name""");
		// In one order, so that two nodes cannot wait for each other.
		this.create = options.qualify(
				"""
						insert into @.job_recurring (%1$s)
						select %1$s from unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::timestamptz[], ?::timestamptz[],
							?::timestamptz[], ?::text[]) as c(%1$s) order by name
						on conflict (name) do nothing returning name"""
					.formatted(COLUMNS));
		this.replace = options.qualify("""
				update @.job_recurring set version = ?, due_at = ?, next_at = ?, last_at = ?, content = ?
				where name = ? and version = ? returning name""");
		this.remove = options.qualify("delete from @.job_recurring where name = ? and version = ? returning name");
		this.find = options.qualify("select %s from @.job_recurring where name = any (?)".formatted(COLUMNS));
		this.all = options.qualify("select %s from @.job_recurring order by name collate \"C\"".formatted(COLUMNS));
		this.live = options.qualify("select id from @.job where id = any (?)");
		// In one order, so that two nodes cannot wait for each other.
		this.declare = options.qualify("""
				with declared as (
					insert into @.job_recurring_declared as d (name, declared_at)
					select n.name, now() from unnest(?::text[]) as n(name) order by n.name
					on conflict (name) do update set declared_at = excluded.declared_at
				)
				select d.name from @.job_recurring_declared d
				where d.declared_at <= now() - ?::bigint * interval '1 millisecond' and d.name <> all (?)""");
		this.undeclare = options.qualify("delete from @.job_recurring_declared where name = any (?)");
	}

}
