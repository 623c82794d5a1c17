package io.jobqueue.benchmarks.engine.jobrunr;

import org.jobrunr.jobs.lambdas.JobRequest;

/**
 * What JobRunr stores.
 *
 * @param payload the argument
 */
public record BenchmarkRequest(long payload) implements JobRequest {

	@Override
	public Class<BenchmarkRequestHandler> getJobRequestHandler() {
		return BenchmarkRequestHandler.class;
	}

}
