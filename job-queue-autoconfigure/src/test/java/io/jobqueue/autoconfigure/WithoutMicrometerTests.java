package io.jobqueue.autoconfigure;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

import io.jobqueue.JobTemplate;
import io.jobqueue.annotation.Job;
import io.jobqueue.metrics.JobMetrics;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application works without Micrometer's meters and tracing, Actuator and health. The
 * build runs this on a class path that really lacks them.
 */
class WithoutMicrometerTests {

	@Test
	void jobsRun() throws Exception {
		assertThat(isPresent("io.micrometer.core.instrument.MeterRegistry")).isFalse();
		assertThat(isPresent("org.springframework.boot.actuate.endpoint.annotation.Endpoint")).isFalse();
		assertThat(isPresent("io.micrometer.tracing.Tracer")).isFalse();
		assertThat(isPresent("org.springframework.boot.health.contributor.Health")).isFalse();
		SpringApplication application = new SpringApplication(Application.class);
		try (ConfigurableApplicationContext context = application.run("--job-queue.store=memory",
				"--spring.main.banner-mode=off",
				"--spring.autoconfigure.exclude=org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")) {
			context.getBean(JobTemplate.class).enqueue(Application::run);
			assertThat(context.getBean(Application.class).done.await(30, TimeUnit.SECONDS)).isTrue();
			assertThat(context.getBeanProvider(JobMetrics.class).getIfAvailable()).isNull();
		}
	}

	private static boolean isPresent(String className) {
		return ClassUtils.isPresent(className, WithoutMicrometerTests.class.getClassLoader());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		final CountDownLatch done = new CountDownLatch(1);

		@Job("run")
		void run() {
			this.done.countDown();
		}

	}

}
