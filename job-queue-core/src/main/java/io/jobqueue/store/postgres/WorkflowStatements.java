package io.jobqueue.store.postgres;

/**
 * The statements about workflows, with the schema in place.
 */
final class WorkflowStatements {

	private static final String RESERVE = "select nextval('@.job_workflow_id')";

	private static final String CREATE = """
			insert into @.job_workflow (id, name, state, finished, created_at, timeout_millis, ends_at, content, status)
			select u.id, u.name, u.state, u.finished, statement_timestamp(), u.timeout,
				statement_timestamp() + u.timeout * interval '1 millisecond', u.content, u.status
			from (select ?::bigint as id, ?::text as name, ?::text as state, ?::boolean as finished, ?::bigint as timeout,
				?::text as content, ?::text as status) u""";

	private static final String ADD_TASKS = """
			insert into @.job_task (workflow_id, number, name, phase, job_id, content, status)
			select * from unnest(?::bigint[], ?::int[], ?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[])""";

	private static final String CHANGE_TASKS = "select @.job_change_tasks_v1(?, ?, ?, ?, ?)";

	private static final String TAKE = "select * from @.job_workflow_take_v1(?, ?, ?, ?, ?, ?, ?)";

	private static final String POST = """
			insert into @.job_workflow_signal (workflow_id, posted) select * from unnest(?::bigint[], ?::text[])""";

	private static final String REMOVE_SIGNALS = """
			delete from @.job_workflow_signal s where s.id = any (?)""";

	private static final String LOOK = "select * from @.job_workflow_look_v1(?)";

	private static final String COLUMNS = """
			select w.id, w.name, w.state, w.finished, w.version, w.created_at, w.timeout_millis, w.content, w.status
			from @.job_workflow w
			""";

	private static final String FIND = COLUMNS + "where w.id = any (?)";

	private static final String NEWEST = COLUMNS + "where w.id < ? order by w.id desc limit ?";

	private static final String NEWEST_IN_STATE = COLUMNS + "where w.state = ? and w.id < ? order by w.id desc limit ?";

	private static final String COUNT = """
			select count(*) from (select from @.job_workflow w where w.state = ? limit ?) w""";

	private static final String TASK_COLUMNS = """
			select t.workflow_id, t.number, t.name, t.phase, t.job_id, t.content, t.status from @.job_task t
			""";

	// Each by its key, whatever the planner knows of a table that has just been filled.
	private static final String TASKS = """
			select t.* from unnest(?::bigint[], ?::int[]) as u(workflow_id, number) cross join lateral (
				select t.workflow_id, t.number, t.name, t.phase, t.job_id, t.content, t.status from @.job_task t
				where t.workflow_id = u.workflow_id and t.number = u.number limit 1) t""";

	private static final String TASKS_NAMED = TASK_COLUMNS + "where t.workflow_id = ? and t.name = any (?)";

	private static final String TASKS_FROM = TASK_COLUMNS
			+ "where t.workflow_id = ? and t.number >= ? order by t.number limit ?";

	private static final String TASKS_IN = """
			select t.* from unnest(?::bigint[], ?::int[]) as u(workflow_id, n) cross join lateral (
				select t.workflow_id, t.number, t.name, t.phase, t.job_id, t.content, t.status from @.job_task t
				where t.workflow_id = u.workflow_id and t.phase = ? order by t.number limit u.n) t""";

	private static final String CANCEL = """
			insert into @.job_cancel (job_id, queue) select j.id, j.queue from @.job j where j.id = any (?)
			on conflict (job_id) do nothing
			returning queue""";

	private static final String PRUNE = """
			with old as (
				select w.id from @.job_workflow w where w.finished_at < now() - ?::bigint * interval '1 millisecond'
				order by w.finished_at limit ? for update skip locked
			), gone as (
				delete from @.job_workflow w using old o where w.id = o.id returning w.id
			), tasks as (
				delete from @.job_task t using gone g where t.workflow_id = g.id
			)
			select count(*) from gone""";

	final String reserve;

	final String create;

	final String addTasks;

	final String changeTasks;

	final String take;

	final String post;

	final String removeSignals;

	final String look;

	final String find;

	final String newest;

	final String newestInState;

	final String count;

	final String tasks;

	final String tasksNamed;

	final String tasksFrom;

	final String tasksIn;

	final String cancel;

	final String prune;

	WorkflowStatements(PostgresOptions options) {
		this.reserve = options.qualify(RESERVE);
		this.create = options.qualify(CREATE);
		this.addTasks = options.qualify(ADD_TASKS);
		this.changeTasks = options.qualify(CHANGE_TASKS);
		this.take = options.qualify(TAKE);
		this.post = options.qualify(POST);
		this.removeSignals = options.qualify(REMOVE_SIGNALS);
		this.look = options.qualify(LOOK);
		this.find = options.qualify(FIND);
		this.newest = options.qualify(NEWEST);
		this.newestInState = options.qualify(NEWEST_IN_STATE);
		this.count = options.qualify(COUNT);
		this.tasks = options.qualify(TASKS);
		this.tasksNamed = options.qualify(TASKS_NAMED);
		this.tasksFrom = options.qualify(TASKS_FROM);
		this.tasksIn = options.qualify(TASKS_IN);
		this.cancel = options.qualify(CANCEL);
		this.prune = options.qualify(PRUNE);
	}

}
