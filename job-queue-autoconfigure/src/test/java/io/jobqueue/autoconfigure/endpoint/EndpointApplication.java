package io.jobqueue.autoconfigure.endpoint;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import io.jobqueue.DiscardJobException;
import io.jobqueue.JobAdmin;
import io.jobqueue.JobTemplate;
import io.jobqueue.annotation.Job;
import io.jobqueue.recurring.RecurringJobs;
import io.jobqueue.workflow.Workflows;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with a web server, whose jobs are in memory. The worker takes jobs from
 * the queue "worked" only.
 */
final class EndpointApplication implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private final RestTestClient http;

	EndpointApplication(String... properties) {
		this.context = new SpringApplicationBuilder(Configuration.class)
			.properties("job-queue.store=memory", "job-queue.worker.queues=worked",
					"job-queue.worker.node-name=node-of-the-test", "server.address=127.0.0.1", "server.port=0",
					"management.endpoints.web.exposure.include=*")
			.properties(properties)
			.run();
		this.http = RestTestClient.bindToServer()
			.baseUrl("http://127.0.0.1:" + this.context.getEnvironment().getProperty("local.server.port")
					+ "/actuator/jobqueue")
			.build();
	}

	JobTemplate jobs() {
		return this.context.getBean(JobTemplate.class);
	}

	JobAdmin admin() {
		return this.context.getBean(JobAdmin.class);
	}

	RecurringJobs recurringJobs() {
		return this.context.getBean(RecurringJobs.class);
	}

	Workflows workflows() {
		return this.context.getBean(Workflows.class);
	}

	RestTestClient.ResponseSpec get(String path, Object... variables) {
		return this.http.get().uri(path, variables).exchange();
	}

	RestTestClient.ResponseSpec post(String path, Object... variables) {
		return this.http.post().uri(path, variables).exchange();
	}

	RestTestClient.ResponseSpec postJson(String path, String body) {
		return this.http.post().uri(path).contentType(MediaType.APPLICATION_JSON).body(body).exchange();
	}

	RestTestClient.ResponseSpec delete(String path, Object... variables) {
		return this.http.delete().uri(path, variables).exchange();
	}

	static void expectBadRequest(RestTestClient.ResponseSpec answer, String startOfMessage) {
		answer.expectStatus()
			.isBadRequest()
			.expectBody()
			.jsonPath("$.message")
			.value(new ParameterizedTypeReference<String>() {
			}, (text) -> assertThat(text).startsWith(startOfMessage));
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * The beans.
	 */
	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class)
	static class Configuration {

		@Bean
		Handlers handlers() {
			return new Handlers();
		}

		@Bean
		SanitizingFunction sanitizingFunction() {
			return SanitizingFunction.sanitizeValue().ifKeyEquals("password", "X-Token");
		}

	}

	/**
	 * The handlers.
	 */
	static class Handlers {

		@Job(name = "echo", queue = "worked")
		Account echo(Account account, int number) {
			return account;
		}

		@Job(name = "fail", queue = "worked", maxAttempts = 1)
		void fail() {
			throw new IllegalStateException("It failed");
		}

		@Job(name = "yearly", queue = "worked", cron = "0 0 6 29 2 *", zone = "Europe/Berlin")
		void yearly() {
		}

		@Job(name = "discard", queue = "worked")
		void discard() {
			throw new DiscardJobException("Not needed");
		}

	}

	/**
	 * An argument.
	 */
	record Account(String name, String password) {
	}

}
