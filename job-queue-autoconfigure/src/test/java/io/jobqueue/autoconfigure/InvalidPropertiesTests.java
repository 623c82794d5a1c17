package io.jobqueue.autoconfigure;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.NestedExceptionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What makes no sense is refused at start, by the name of its property.
 */
class InvalidPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JobQueueAutoConfiguration.class))
		.withPropertyValues("job-queue.store=memory");

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					max-argument-size                | 1B        | Set it from 2B to less than 2GB.
					max-argument-size                | 2GB       | Set it from 2B to less than 2GB.
					retry.max-attempts               | 0         | Set it from 1, which means no retry, to 1000.
					retry.max-attempts               | 1001      | Set it from 1, which means no retry, to 1000.
					retry.delay                      | -1s       | Set it to 0 or more.
					retry.multiplier                 | 0.5       | Set it to 1, for equal delays, or more.
					retry.multiplier                 | NaN       | Set it to 1, for equal delays, or more.
					retry.max-delay                  | 500ms     | Set it to at least job-queue.retry.delay, which is PT1S.
					retry.max-delay                  | 400d      | Set it to at most 365d.
					retry.jitter                     | 1.5       | Set it from 0, for none, to 1.
					retry.delays                     | 1s,-2s    | A delay must not be negative, but one is PT-2S.
					retry.delays                     | 400d      | A delay must not be longer than 365 days, but one is PT9600H.
					retry.policy                     | none      | Name one of the beans of type RetryPolicy: [].
					ephemeral.capacity               | 0         | Set it to 1 or more.
					ephemeral.concurrency            | 0         | Set it to 1 or more.
					ephemeral.max-wait               | -1s       | Set it to 0 or more.
					worker.concurrency               | 0         | Set it to 1 or more, or job-queue.worker.enabled=false to only enqueue.
					worker.max-prefetch              | -1        | Set it to 0, for none, or more.
					worker.poll-interval             | 0         | Set it to at least 1ms.
					worker.heartbeat-interval        | 0         | Set it to at least 1ms.
					worker.shutdown-timeout          | -1s       | Set it to at least 0ms.
					worker.dead-after                | 9s        | Set it to at least twice job-queue.worker.heartbeat-interval, which is PT5S: otherwise one late heartbeat ends a node.
					worker.pools.mail.concurrency    | 3         | Name the queues of the pool.
					queues.mail.concurrency          | 0         | Set it to 1 or more; pause the queue if no job of it is to run.
					retention.succeeded              | -1d       | Set it to 0, for not at all, or more.
					retention.failed                 | 1h        | Set it to at least 1d: failed jobs are the only trace of what went wrong. Delete them by JobAdmin if they have to go earlier.
					retention.cancelled              | -1d       | Set it to 0, for not at all, or more.
					retention.max-succeeded          | 0         | Set it to 1 or more: to keep none, set job-queue.retention.succeeded to 0.
					retention.max-succeeded          | -1        | Set it to 1 or more: to keep none, set job-queue.retention.succeeded to 0.
					retention.max-failed             | 0         | Set it to 1 or more: failed jobs are the only trace of what went wrong.
					retention.max-cancelled          | 0         | Set it to 1 or more: to keep none, set job-queue.retention.cancelled to 0.
					retention.max-cancelled          | -5        | Set it to 1 or more: to keep none, set job-queue.retention.cancelled to 0.
					worker.queues                    | a=1,b     | Either give every queue a weight, as in 'critical=6,default=3', or none, for strict order; without weight are [b].
					worker.queues                    | a,b,a     | Name queue 'a' only once.
					worker.queues                    | a=x       | Write a weight as a whole number, as in 'critical=6', or leave out '=' for strict order.
					worker.queues                    | a=        | Write a weight as a whole number, as in 'critical=6', or leave out '=' for strict order.
					worker.queues                    | a=0       | Set the weight from 1 to 1000.
					worker.queues                    | a=1001    | Set the weight from 1 to 1000.
					worker.queues                    | a b       | Not a valid queue name: 'a b'. Use 1 to 128 letters, digits, dots, underscores and dashes.
					worker.queues                    | =2        | Not a valid queue name: ''. Use 1 to 128 letters, digits, dots, underscores and dashes.
					queues[a b].concurrency          | 1         | Not a valid queue name: 'a b'. Use 1 to 128 letters, digits, dots, underscores and dashes.
					worker.pools.default.queues      | a         | Give the pool another name: 'default' is the one that job-queue.worker.queues and job-queue.worker.concurrency set up.
					""")
	void isRefused(String key, String value, String reason) {
		this.runner.withPropertyValues("job-queue." + key + "=" + value).run((context) -> {
			assertThat(context).hasFailed();
			Throwable failure = NestedExceptionUtils.getRootCause(context.getStartupFailure());
			InvalidConfigurationPropertyValueException invalid = invalid(context.getStartupFailure());
			assertThat(invalid).as("%s", failure).isNotNull();
			assertThat(invalid.getReason()).isEqualTo(reason);
			assertThat("job-queue." + key).startsWith(invalid.getName().replace("pools.mail.queues", "pools.mail"));
		});
	}

	@Test
	void queueInTwoPoolsIsRefused() {
		Map.of("job-queue.worker.queues", "mail,default", "job-queue.worker.pools.other.queues", "mail")
			.forEach((key, value) -> this.runner
				.withPropertyValues("job-queue.worker.pools.mail.queues=mail", key + "=" + value)
				.run((context) -> assertThat(invalid(context.getStartupFailure()).getReason()).matches(
						"Take queue 'mail' out of it or out of job-queue\\.worker\\.(queues|pools\\.mail\\.queues): a queue belongs to one pool\\.")));
	}

	@Test
	void twoDecisionsAboutDelaysAreRefused() {
		this.runner.withPropertyValues("job-queue.retry.policy=steady", "job-queue.retry.delays=1s,2s")
			.run((context) -> assertThat(invalid(context.getStartupFailure()).getReason())
				.isEqualTo("Remove either it or job-queue.retry.policy: only one can decide."));
	}

	@Test
	void unusableSchemaIsRefused() {
		JobQueueProperties properties = new JobQueueProperties();
		properties.getPostgres().setSchema("a-b");
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> new OptionsFactory(properties).postgresOptions())
			.withMessage(
					"Property job-queue.postgres.schema with value 'a-b' is invalid: Not a usable schema name: 'a-b'."
							+ " Use letters, digits and underscores, at most 48.");
	}

	@Test
	void unknownStoreIsRefused() {
		this.runner.withPropertyValues("job-queue.store=mysql")
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("job-queue.store"));
	}

	private static InvalidConfigurationPropertyValueException invalid(Throwable failure) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof InvalidConfigurationPropertyValueException)) {
			cause = cause.getCause();
		}
		return (InvalidConfigurationPropertyValueException) cause;
	}

}
