// In bulk, with many jobs at once in one process, which its documentation advises for throughput. Finished jobs are
// removed.
'use strict';

const { Queue, Worker } = require('bullmq');

const QUEUE = 'benchmark';
const BATCH = 1000;
const CONCURRENCY = 200;

function connection(url) {
	const { hostname, port } = new URL(url);
	return { host: hostname, port: Number(port), maxRetriesPerRequest: null };
}

exports.enqueue = async (url, jobs) => {
	const queue = new Queue(QUEUE, {
		connection: connection(url),
		defaultJobOptions: { removeOnComplete: true },
	});
	await queue.waitUntilReady();
	const start = performance.now();
	for (let i = 0; i < jobs; i += BATCH) {
		const size = Math.min(BATCH, jobs - i);
		await queue.addBulk(Array.from({ length: size }, (_, n) => ({ name: QUEUE, data: { n: i + n } })));
	}
	const millis = performance.now() - start;
	await queue.close();
	return millis;
};

exports.drain = async (url, probe, concurrency = CONCURRENCY) => {
	const worker = new Worker(QUEUE, async () => probe.ran(), { connection: connection(url), concurrency });
	worker.on('error', (error) => console.error(error));
	await probe.complete;
	await worker.close();
};
