package io.jobqueue.sample;

import org.springframework.test.context.ActiveProfiles;

/**
 * The same with the jobs in the Redis that the application brings along.
 */
@ActiveProfiles("redis")
class SampleOnRedisIntegrationTests extends SampleApplicationIntegrationTests {

	@Override
	String store() {
		return "redis";
	}

}
