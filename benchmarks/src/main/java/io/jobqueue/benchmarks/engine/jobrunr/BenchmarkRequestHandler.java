package io.jobqueue.benchmarks.engine.jobrunr;

import java.util.function.LongConsumer;

import org.jobrunr.jobs.lambdas.JobRequestHandler;

/**
 * What JobRunr runs.
 */
public final class BenchmarkRequestHandler implements JobRequestHandler<BenchmarkRequest> {

	private final LongConsumer task;

	BenchmarkRequestHandler(LongConsumer task) {
		this.task = task;
	}

	@Override
	public void run(BenchmarkRequest request) {
		this.task.accept(request.payload());
	}

}
