package io.jobqueue.benchmarks.engine.jobqueue;

import java.util.function.LongConsumer;

import io.jobqueue.annotation.Job;

/**
 * The handler of all jobs.
 */
class BenchmarkJobs {

	private volatile LongConsumer task = (payload) -> {
	};

	void use(LongConsumer newTask) {
		this.task = newTask;
	}

	@Job("benchmark")
	void run(long payload) {
		this.task.accept(payload);
	}

}
