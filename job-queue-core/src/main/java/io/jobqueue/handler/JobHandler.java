package io.jobqueue.handler;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.util.Assert;

import io.jobqueue.JobDeadline;
import io.jobqueue.JobNames;
import io.jobqueue.JobRequest;
import io.jobqueue.retry.FailureRules;
import io.jobqueue.retry.RetryPolicy;

/**
 * The description of one handler: its name, which is the stored identity, its options,
 * and how to call it. An option that is {@code null} is taken from the configuration.
 *
 * @param name the name
 * @param queue the queue of its jobs, unless the enqueue says otherwise
 * @param priority the priority of its jobs, unless the enqueue says otherwise
 * @param maxAttempts the number of attempts, or {@code null}
 * @param timeout the time that one attempt may take, or {@code null} for no limit
 * @param retryPolicy the delays between attempts, or {@code null}
 * @param failureRules what is tried again
 * @param durable whether its jobs go to the store, or are ephemeral, unless the enqueue
 * says otherwise
 * @param argumentTypes the declared types of the arguments, without the context
 * @param transaction the transaction that the attempt and its completion share, or
 * {@code null} if the handler is not transactional on the store's database
 * @param unique which of its jobs are the same, or {@code null} if none are
 * @param limits the limits of its jobs, or {@code null} if they have none
 * @param method the method, or {@code null} if it is something else
 * @param invoker how to call it
 * @param deadline how long after the due time its jobs must have been started, unless the
 * enqueue says otherwise, or {@code null} for no deadline
 * @since 0.1.0
 */
public record JobHandler(String name, String queue, int priority, @Nullable Integer maxAttempts,
		@Nullable Duration timeout, @Nullable RetryPolicy retryPolicy, FailureRules failureRules, boolean durable,
		List<Type> argumentTypes, @Nullable TransactionDefinition transaction, @Nullable UniqueRule unique,
		@Nullable LimitRule limits, @Nullable Method method, JobInvoker invoker, @Nullable Duration deadline) {

	/**
	 * Create a handler.
	 */
	public JobHandler {
		JobNames.requireValid("handler name", name);
		JobNames.requireValid("queue name", queue);
		Assert.isTrue(priority >= JobRequest.MIN_PRIORITY && priority <= JobRequest.MAX_PRIORITY,
				() -> "'priority' must be from " + JobRequest.MIN_PRIORITY + " to " + JobRequest.MAX_PRIORITY);
		Assert.isTrue(maxAttempts == null || (maxAttempts >= 1 && maxAttempts <= JobRequest.MAX_ATTEMPTS),
				() -> "'maxAttempts' must be from 1 to " + JobRequest.MAX_ATTEMPTS);
		if (timeout != null) {
			JobRequest.requireTimeout(timeout);
		}
		if (deadline != null) {
			JobDeadline.after(deadline);
		}
		argumentTypes = List.copyOf(argumentTypes);
	}

	/**
	 * Create a handler of durable jobs that tries again after any failure, and whose jobs
	 * are not unique and have neither limits nor a deadline.
	 * @param name the name
	 * @param queue the queue of its jobs
	 * @param priority the priority of its jobs
	 * @param maxAttempts the number of attempts, or {@code null}
	 * @param timeout the time that one attempt may take, or {@code null}
	 * @param retryPolicy the delays between attempts, or {@code null}
	 * @param argumentTypes the declared types of the arguments
	 * @param transaction the transaction of an attempt, or {@code null}
	 * @param method the method, or {@code null}
	 * @param invoker how to call it
	 */
	public JobHandler(String name, String queue, int priority, @Nullable Integer maxAttempts,
			@Nullable Duration timeout, @Nullable RetryPolicy retryPolicy, List<Type> argumentTypes,
			@Nullable TransactionDefinition transaction, @Nullable Method method, JobInvoker invoker) {
		this(name, queue, priority, maxAttempts, timeout, retryPolicy, FailureRules.NONE, true, argumentTypes,
				transaction, null, null, method, invoker, null);
	}

	/**
	 * Return a handler with default options, for code that needs no annotated bean.
	 * @param name the name
	 * @param argumentTypes the types of the arguments
	 * @param invoker what to call
	 * @return the handler
	 */
	public static JobHandler of(String name, List<Type> argumentTypes, JobInvoker invoker) {
		return new JobHandler(name, JobNames.DEFAULT_QUEUE, 0, null, null, null, argumentTypes, null, null, invoker);
	}

	@Override
	public String toString() {
		return "@Job '" + this.name + "'" + ((this.method != null)
				? " (" + this.method.getDeclaringClass().getSimpleName() + "." + this.method.getName() + ")" : "");
	}

}
