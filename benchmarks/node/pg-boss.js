// By lists: inserted, fetched and completed by the thousand. Finished jobs are kept.
'use strict';

const PgBoss = require('pg-boss');

const QUEUE = 'benchmark';
const BATCH = 1000;

async function start(url) {
	const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
	boss.on('error', (error) => console.error(error));
	await boss.start();
	await boss.createQueue(QUEUE);
	return boss;
}

exports.enqueue = async (url, jobs) => {
	const boss = await start(url);
	const begin = performance.now();
	for (let i = 0; i < jobs; i += BATCH) {
		const size = Math.min(BATCH, jobs - i);
		await boss.insert(Array.from({ length: size }, (_, n) => ({ name: QUEUE, data: { n: i + n } })));
	}
	const millis = performance.now() - begin;
	await boss.stop();
	return millis;
};

exports.drain = async (url, probe) => {
	const boss = await start(url);
	while (probe.count < probe.expected) {
		const jobs = await boss.fetch(QUEUE, { batchSize: BATCH });
		jobs.forEach(() => probe.ran());
		if (jobs.length > 0) {
			await boss.complete(QUEUE, jobs.map((job) => job.id));
		}
	}
	await boss.stop();
};
