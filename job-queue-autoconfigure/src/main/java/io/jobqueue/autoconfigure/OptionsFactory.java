package io.jobqueue.autoconfigure;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.util.StringUtils;

import io.jobqueue.JobRequest;
import io.jobqueue.client.EnqueueOptions;
import io.jobqueue.retry.Backoff;
import io.jobqueue.retry.DelayList;
import io.jobqueue.retry.RetryPolicy;
import io.jobqueue.store.Retention;
import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.redis.RedisOptions;
import io.jobqueue.worker.EphemeralOptions;

/**
 * Makes the options of enqueues, retries and stores from the properties.
 */
final class OptionsFactory {

	private static final int MIN_ARGUMENT_BYTES = 2;

	private static final Duration LONGEST_REWIND_INTERVAL = Duration.ofSeconds(1);

	private static final String NONE_BY_AGE = "to keep none, set job-queue.retention.%s to 0";

	private final JobQueueProperties properties;

	OptionsFactory(JobQueueProperties properties) {
		this.properties = properties;
	}

	EnqueueOptions enqueueOptions() {
		int maxAttempts = this.properties.getRetry().getMaxAttempts();
		PropertyCheck.check(maxAttempts >= 1 && maxAttempts <= JobRequest.MAX_ATTEMPTS, "job-queue.retry.max-attempts",
				maxAttempts, "Set it from 1, which means no retry, to " + JobRequest.MAX_ATTEMPTS);
		long bytes = this.properties.getMaxArgumentSize().toBytes();
		PropertyCheck.check(bytes >= MIN_ARGUMENT_BYTES && bytes <= Integer.MAX_VALUE, "job-queue.max-argument-size",
				this.properties.getMaxArgumentSize(), "Set it from " + MIN_ARGUMENT_BYTES + "B to less than 2GB");
		return new EnqueueOptions(maxAttempts, (int) bytes, this.properties.getUnknownHandlers());
	}

	Backoff backoff() {
		JobQueueProperties.Retry retry = this.properties.getRetry();
		Duration delay = retry.getDelay();
		Duration maxDelay = retry.getMaxDelay();
		PropertyCheck.check(!delay.isNegative(), "job-queue.retry.delay", delay, "Set it to 0 or more");
		PropertyCheck.check(retry.getMultiplier() >= 1 && Double.isFinite(retry.getMultiplier()),
				"job-queue.retry.multiplier", retry.getMultiplier(), "Set it to 1, for equal delays, or more");
		PropertyCheck.check(maxDelay.compareTo(delay) >= 0, "job-queue.retry.max-delay", maxDelay,
				"Set it to at least job-queue.retry.delay, which is " + delay);
		PropertyCheck.check(maxDelay.compareTo(Backoff.LONGEST_DELAY) <= 0, "job-queue.retry.max-delay", maxDelay,
				"Set it to at most " + Backoff.LONGEST_DELAY.toDays() + "d");
		PropertyCheck.check(retry.getJitter() >= 0 && retry.getJitter() <= 1, "job-queue.retry.jitter",
				retry.getJitter(), "Set it from 0, for none, to 1");
		return new Backoff(delay, retry.getMultiplier(), maxDelay, retry.getJitter());
	}

	/**
	 * Return what decides about the delays of handlers that say nothing about them.
	 * @param beans where a policy of the application is
	 */
	RetryPolicy retryPolicy(ListableBeanFactory beans) {
		JobQueueProperties.Retry retry = this.properties.getRetry();
		Backoff backoff = backoff();
		List<Duration> delays = retry.getDelays();
		if (!StringUtils.hasText(retry.getPolicy())) {
			return delays.isEmpty() ? backoff
					: PropertyCheck.make("job-queue.retry.delays", delays, () -> new DelayList(delays, 0));
		}
		PropertyCheck.check(delays.isEmpty(), "job-queue.retry.delays", delays,
				"Remove either it or job-queue.retry.policy: only one can decide");
		try {
			return beans.getBean(retry.getPolicy(), RetryPolicy.class);
		}
		catch (NoSuchBeanDefinitionException | BeanNotOfRequiredTypeException ex) {
			throw PropertyCheck.invalid("job-queue.retry.policy", retry.getPolicy(),
					"Name one of the beans of type RetryPolicy: "
							+ Arrays.toString(beans.getBeanNamesForType(RetryPolicy.class)));
		}
	}

	EphemeralOptions ephemeralOptions() {
		JobQueueProperties.Ephemeral ephemeral = this.properties.getEphemeral();
		PropertyCheck.check(ephemeral.getCapacity() >= 1, "job-queue.ephemeral.capacity", ephemeral.getCapacity(),
				"Set it to 1 or more");
		PropertyCheck.check(ephemeral.getConcurrency() >= 1, "job-queue.ephemeral.concurrency",
				ephemeral.getConcurrency(), "Set it to 1 or more");
		PropertyCheck.check(!ephemeral.getMaxWait().isNegative(), "job-queue.ephemeral.max-wait",
				ephemeral.getMaxWait(), "Set it to 0 or more");
		return new EphemeralOptions(ephemeral.getCapacity(), ephemeral.getConcurrency(), ephemeral.getOnFull(),
				ephemeral.getMaxWait(), this.properties.getWorker().getShutdownTimeout());
	}

	Retention retention() {
		JobQueueProperties.Retention retention = this.properties.getRetention();
		PropertyCheck.check(!retention.getSucceeded().isNegative(), "job-queue.retention.succeeded",
				retention.getSucceeded(), "Set it to 0, for not at all, or more");
		PropertyCheck.check(retention.getFailed().compareTo(Duration.ofDays(1)) >= 0, "job-queue.retention.failed",
				retention.getFailed(),
				"Set it to at least 1d: failed jobs are the only trace of what went wrong. Delete them by JobAdmin if"
						+ " they have to go earlier");
		PropertyCheck.check(!retention.getCancelled().isNegative(), "job-queue.retention.cancelled",
				retention.getCancelled(), "Set it to 0, for not at all, or more");
		return new Retention(retention.getSucceeded(), retention.getFailed(), retention.getCancelled(),
				max("succeeded", retention.getMaxSucceeded(), NONE_BY_AGE),
				max("failed", retention.getMaxFailed(), "failed jobs are the only trace of what went wrong"),
				max("cancelled", retention.getMaxCancelled(), NONE_BY_AGE));
	}

	private static long max(String state, @Nullable Long value, String why) {
		if (value == null) {
			return Retention.UNLIMITED;
		}
		PropertyCheck.check(value >= 1, "job-queue.retention.max-" + state, value,
				"Set it to 1 or more: " + why.formatted(state));
		return value;
	}

	RedisOptions redisOptions() {
		JobQueueProperties.Redis redis = this.properties.getRedis();
		Retention retention = retention();
		return PropertyCheck.make("job-queue.redis.key-prefix", redis.getKeyPrefix(),
				() -> new RedisOptions(redis.getKeyPrefix(), retention, redis.isListen(),
						redis.getEnqueue() == JobQueueProperties.RedisEnqueue.AFTER_COMMIT));
	}

	PostgresOptions postgresOptions() {
		JobQueueProperties.Postgres postgres = this.properties.getPostgres();
		Retention retention = retention();
		Duration pollInterval = this.properties.getWorker().getPollInterval();
		// A job that is committed late is found by a rewind, so a long poll interval must
		// not delay it.
		Duration rewindInterval = (pollInterval.compareTo(LONGEST_REWIND_INTERVAL) < 0) ? pollInterval
				: LONGEST_REWIND_INTERVAL;
		return PropertyCheck.make("job-queue.postgres.schema", postgres.getSchema(),
				() -> new PostgresOptions(postgres.getSchema(), retention, postgres.isListen(), rewindInterval));
	}

}
