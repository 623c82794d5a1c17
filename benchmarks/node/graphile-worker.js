// With a local queue and batched completions, which its documentation advises for throughput. Finished jobs are deleted.
'use strict';

const { run, runMigrations } = require('graphile-worker');
const { Pool } = require('pg');

const BATCH = 1000;
const LOCAL_QUEUE = 500;
const CONCURRENCY = 24;
const logger = new (require('graphile-worker').Logger)(() => () => {});

exports.enqueue = async (url, jobs) => {
	await runMigrations({ connectionString: url, logger });
	const pool = new Pool({ connectionString: url, max: 1 });
	await pool.query('select 1');
	const start = performance.now();
	for (let i = 0; i < jobs; i += BATCH) {
		const size = Math.min(BATCH, jobs - i);
		await pool.query(
			`select from graphile_worker.add_jobs(array(select json_populate_record(null::graphile_worker.job_spec,
				json_build_object('identifier', 'benchmark', 'payload', n)) from generate_series($1::int, $2::int) n))`,
			[i, i + size - 1]);
	}
	const millis = performance.now() - start;
	await pool.end();
	return millis;
};

exports.drain = async (url, probe, concurrency = CONCURRENCY) => {
	const runner = await run({
		logger,
		noHandleSignals: true,
		taskList: { benchmark: async () => probe.ran() },
		preset: {
			worker: {
				connectionString: url,
				concurrentJobs: concurrency,
				localQueue: { size: LOCAL_QUEUE },
				completeJobBatchDelay: 0,
				failJobBatchDelay: 0,
			},
		},
	});
	await probe.complete;
	await runner.stop();
};
