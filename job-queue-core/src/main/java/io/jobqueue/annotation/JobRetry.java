package io.jobqueue.annotation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.ListableBeanFactory;

import io.jobqueue.DiscardJobException;
import io.jobqueue.RetryJobException;
import io.jobqueue.SnoozeJobException;
import io.jobqueue.retry.Backoff;
import io.jobqueue.retry.DelayList;
import io.jobqueue.retry.FailureRules;
import io.jobqueue.retry.RetryPolicy;

/**
 * Finds the delays between the attempts of a handler: those of a named policy, listed
 * ones, or the configured ones with some of their parts replaced; and what is tried again
 * at all.
 */
final class JobRetry {

	private static final Set<Class<? extends Throwable>> INSTRUCTIONS = Set.of(RetryJobException.class,
			SnoozeJobException.class, DiscardJobException.class);

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
		boolean hasParts = isAnySet(job.retryDelay(), job.retryMultiplier(), job.retryMaxDelay());
		boolean hasJitter = isAnySet(job.retryJitter());
		boolean hasList = job.retryDelays().length > 0;
		String policy = reader.text("retryPolicy", job.retryPolicy());
		if (policy != null && (hasParts || hasJitter || hasList)) {
			throw reader.invalid("has a 'retryPolicy' and settings of a delay",
					"Set either 'retryPolicy', or 'retryDelays', or some of 'retryDelay', 'retryMultiplier',"
							+ " 'retryMaxDelay' and 'retryJitter'");
		}
		if (hasList && hasParts) {
			throw reader.invalid("has 'retryDelays' and settings of delays that grow",
					"Set either 'retryDelays', or some of 'retryDelay', 'retryMultiplier' and 'retryMaxDelay'");
		}
		if (policy != null) {
			return policy(policy, reader);
		}
		if (hasList) {
			return list(job, reader);
		}
		return (hasParts || hasJitter) ? backoff(job, reader) : null;
	}

	private static boolean isAnySet(String... attributes) {
		return Stream.of(attributes).anyMatch((attribute) -> !attribute.isEmpty());
	}

	/**
	 * Return what is tried again.
	 * @param job the annotation
	 * @param reader what reads its attributes
	 * @return the rules
	 */
	FailureRules rulesOf(Job job, AttributeReader reader) {
		requireNoInstruction("retryOn", job.retryOn(), reader);
		requireNoInstruction("discardOn", job.discardOn(), reader);
		return reader.check("choice of exceptions", "Name each of them in one of the two",
				() -> new FailureRules(List.of(job.retryOn()), List.of(job.discardOn())));
	}

	private static void requireNoInstruction(String attribute, Class<? extends Throwable>[] types,
			AttributeReader reader) {
		for (Class<? extends Throwable> type : types) {
			if (INSTRUCTIONS.contains(type)) {
				throw reader.invalid("names " + type.getSimpleName() + " in '" + attribute + "'",
						"Remove it there: it is an instruction that is followed in any case");
			}
		}
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

	private static DelayList list(Job job, AttributeReader reader) {
		List<Duration> delays = new ArrayList<>();
		for (String text : job.retryDelays()) {
			Duration delay = reader.duration("retryDelays", text);
			if (delay == null) {
				throw reader.invalid("has an empty text in 'retryDelays'",
						"Remove it, or write a duration such as 30s");
			}
			delays.add(delay);
		}
		double jitter = orElse(reader.decimal("retryJitter", job.retryJitter()), 0.0);
		return reader.check("retry setting", "Correct the attributes that begin with 'retry'",
				() -> new DelayList(delays, jitter));
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
