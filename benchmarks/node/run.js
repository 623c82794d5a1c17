// node run.js ENGINE enqueue|drain URL JOBS [CONCURRENCY]
// Enqueues jobs that do nothing, or runs all that wait, and prints how many milliseconds it took: of a drain from the
// start of the first job to that of the last one.
'use strict';

const [engineName, action, url, jobs, concurrency] = process.argv.slice(2);

class Probe {

	constructor(expected) {
		this.expected = expected;
		this.count = 0;
		this.complete = new Promise((resolve) => {
			this.resolve = resolve;
		});
	}

	ran() {
		this.count++;
		if (this.count === 1) {
			this.first = performance.now();
		}
		if (this.count === this.expected) {
			this.millis = performance.now() - this.first;
			this.resolve();
		}
	}

}

async function main() {
	const engine = require(`./${engineName}.js`);
	const expected = Number(jobs);
	let millis;
	if (action === 'enqueue') {
		millis = await engine.enqueue(url, expected);
	}
	else {
		const probe = new Probe(expected);
		await engine.drain(url, probe, concurrency ? Number(concurrency) : undefined);
		millis = probe.millis;
	}
	console.log(JSON.stringify({ millis }));
}

main().catch((error) => {
	console.error(error);
	process.exit(1);
});
