package io.jobqueue.annotation;

import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.util.StringValueResolver;
import org.springframework.util.function.SingletonSupplier;

import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.ParameterSource;
import io.jobqueue.recurring.Recurrence;
import io.jobqueue.retry.Backoff;

/**
 * Turns one {@link Job @Job} method into a checked handler.
 */
final class JobHandlerFactory {

	private final ConfigurableListableBeanFactory beans;

	private final StringValueResolver placeholders;

	private final JobRetry retry;

	private final @Nullable JobTransactions transactions;

	private final Supplier<List<ParameterSource>> sources;

	JobHandlerFactory(ConfigurableListableBeanFactory beans, Supplier<Backoff> defaultBackoff,
			@Nullable JobTransactions transactions) {
		this.beans = beans;
		this.placeholders = new EmbeddedValueResolver(beans);
		this.retry = new JobRetry(beans, defaultBackoff);
		this.transactions = transactions;
		this.sources = SingletonSupplier
			.of(() -> beans.getBeanProvider(ParameterSource.class).orderedStream().toList());
	}

	JobHandler create(JobBean bean, Method method, Job job) {
		JobSignature signature = JobSignature.of(method, bean.type());
		AttributeReader reader = new AttributeReader(method, this.placeholders);
		JobAttributes attributes = JobAttributes.of(job, reader);
		Object singleton = bean.singleton(this.beans);
		if (singleton != null) {
			InvocableMethod.of(method, singleton);
		}
		return new JobHandler(attributes.name(), attributes.queue(), attributes.priority(), attributes.maxAttempts(),
				attributes.timeout(), this.retry.of(job, reader), this.retry.rulesOf(job, reader), attributes.durable(),
				signature.argumentTypes(),
				(this.transactions != null) ? this.transactions.transactionOf(method, bean.type()) : null,
				attributes.unique(), attributes.limits(), method,
				new BeanJobInvoker((singleton != null) ? () -> singleton : () -> this.beans.getBean(bean.name()),
						method, new SuppliedParameters(method, signature.supplied(), this.sources)),
				attributes.deadline());
	}

	/**
	 * Return when jobs of a handler recur.
	 * @return the recurrence, or {@code null} if they do not
	 */
	@Nullable Recurrence recurrence(JobHandler handler, Method method, Job job) {
		return JobRecurrence.of(job, handler, new AttributeReader(method, this.placeholders));
	}

}
