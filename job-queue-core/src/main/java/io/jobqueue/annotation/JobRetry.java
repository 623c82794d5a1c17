package io.jobqueue.annotation;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.ListableBeanFactory;

import io.jobqueue.retry.Backoff;
import io.jobqueue.retry.RetryPolicy;

/**
 * Finds the delays between the attempts of a handler: those of a named policy, or the
 * configured ones with some of their parts replaced.
 */
final class JobRetry {

	private final ListableBeanFactory beans;

	private final Supplier<Backoff> configured;

	JobRetry(ListableBeanFactory beans, Supplier<Backoff> configured) {
		this.beans = beans;
		this.configured = configured;
	}

	/**
	 * Return the delays of a handler.
	 * @param job the annotation
	 * @param reader what reads its attributes
	 * @return the policy, or {@code null} for the configured one
	 */
	@Nullable RetryPolicy of(Job job, AttributeReader reader) {
		boolean hasParts = Stream.of(job.retryDelay(), job.retryMultiplier(), job.retryMaxDelay(), job.retryJitter())
			.anyMatch((part) -> !part.isEmpty());
		String policy = reader.text("retryPolicy", job.retryPolicy());
		if (policy != null && hasParts) {
			throw reader.invalid("has a 'retryPolicy' and settings of a delay",
					"Set either 'retryPolicy' or some of 'retryDelay', 'retryMultiplier', 'retryMaxDelay' and 'retryJitter'");
		}
		if (policy != null) {
			return policy(policy, reader);
		}
		return hasParts ? backoff(job, reader) : null;
	}

	private RetryPolicy policy(String name, AttributeReader reader) {
		try {
			return this.beans.getBean(name, RetryPolicy.class);
		}
		catch (BeansException ex) {
			throw reader.invalid(
					"names the retry policy '" + name + "', which is no usable bean (" + ex.getMessage() + ")",
					"Name one of the beans of type RetryPolicy: "
							+ Arrays.toString(this.beans.getBeanNamesForType(RetryPolicy.class)));
		}
	}

	private Backoff backoff(Job job, AttributeReader reader) {
		Backoff defaults = this.configured.get();
		Duration delay = orElse(reader.duration("retryDelay", job.retryDelay()), defaults.delay());
		Duration maxDelay = orElse(reader.duration("retryMaxDelay", job.retryMaxDelay()),
				(delay.compareTo(defaults.maxDelay()) > 0) ? delay : defaults.maxDelay());
		double multiplier = orElse(reader.decimal("retryMultiplier", job.retryMultiplier()), defaults.multiplier());
		double jitter = orElse(reader.decimal("retryJitter", job.retryJitter()), defaults.jitter());
		return reader.check("retry setting", "Correct the attributes that begin with 'retry'",
				() -> new Backoff(delay, multiplier, maxDelay, jitter));
	}

	private static <T> T orElse(@Nullable T value, T fallback) {
		return (value != null) ? value : fallback;
	}

}
