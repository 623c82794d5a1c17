package io.jobqueue.benchmarks.engine.jobqueue;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * The application of which the jobs are.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class JobQueueApplication {

	@Bean
	BenchmarkJobs benchmarkJobs() {
		return new BenchmarkJobs();
	}

}
