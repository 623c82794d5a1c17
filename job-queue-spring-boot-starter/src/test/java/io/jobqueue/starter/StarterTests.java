package io.jobqueue.starter;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

import io.jobqueue.JobTemplate;
import io.jobqueue.annotation.Job;
import io.jobqueue.recurring.RecurringJobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * An application with the starter and nothing else on its class path: no JDBC, no Redis,
 * no Actuator, no meters, no tracing.
 */
@ExtendWith(OutputCaptureExtension.class)
class StarterTests {

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.jdbc.core.JdbcTemplate",
			"org.springframework.boot.jdbc.DataSourceBuilder", "org.postgresql.Driver",
			"com.zaxxer.hikari.HikariDataSource", "org.springframework.boot.health.contributor.HealthIndicator",
			"org.springframework.boot.actuate.endpoint.annotation.Endpoint",
			"io.micrometer.core.instrument.MeterRegistry", "io.micrometer.tracing.Tracer",
			"org.springframework.data.redis.connection.RedisConnectionFactory" })
	void optionalLibraryIsNotThere(String className) {
		assertThat(ClassUtils.isPresent(className, null)).isFalse();
	}

	@Test
	void jobsRun() {
		SpringApplication application = new SpringApplicationBuilder(Application.class)
			.properties("job-queue.store=memory")
			.build();
		try (ConfigurableApplicationContext context = application.run()) {
			context.getBean(JobTemplate.class).enqueue(Jobs::greet, "world");
			Jobs jobs = context.getBean(Jobs.class);
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(jobs.greeted).containsExactly("world"));
			context.getBean(JobTemplate.class).job(Jobs::greet, "moon").ephemeral().enqueue();
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(jobs.greeted).containsExactly("world", "moon"));
			RecurringJobs recurring = context.getBean(RecurringJobs.class);
			await().atMost(PATIENCE).until(() -> recurring.find("greet.daily").isPresent());
			recurring.trigger("greet.daily");
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(jobs.greeted).containsExactly("world", "moon", "everybody"));
		}
	}

	@Test
	void withoutStoreTheStartFailsWithAnExplanation(CapturedOutput output) {
		SpringApplication application = new SpringApplication(Application.class);
		assertThatException().isThrownBy(application::run);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains(
					"There is no store for jobs: 'postgres' cannot be used because Spring's JDBC support is not on the class path;"
							+ " 'redis' cannot be used because Spring Data Redis and Lettuce are not on the class path.")
			.contains(
					"To use 'postgres', add spring-boot-starter-jdbc. To use 'redis', add spring-boot-starter-data-redis.");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Jobs jobs() {
			return new Jobs();
		}

	}

	static class Jobs {

		final List<String> greeted = new CopyOnWriteArrayList<>();

		@Job("greet")
		void greet(String name) {
			this.greeted.add(name);
		}

		@Job(name = "greet.daily", cron = "0 0 6 29 2 *")
		void greetEverybody() {
			this.greeted.add("everybody");
		}

	}

}
