package io.jobqueue.annotation;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.StringValueResolver;

import io.jobqueue.InvalidJobHandlerException;
import io.jobqueue.JobDeadline;
import io.jobqueue.JobNames;
import io.jobqueue.JobRequest;
import io.jobqueue.handler.LimitRule;
import io.jobqueue.handler.UniqueRule;

/**
 * The attributes of a {@link Job @Job} method that an enqueue needs, resolved and
 * checked. They can be read without a bean, which is how an application that only
 * enqueues knows the queue of a handler which runs elsewhere.
 *
 * @param name the name of the handler
 * @param queue the queue of its jobs
 * @param priority the priority of its jobs
 * @param maxAttempts the number of attempts, or {@code null} for what is configured
 * @param timeout the time that one attempt may take, or {@code null} for no limit
 * @param unique which of its jobs are the same, or {@code null} if none are
 * @param limits the limits of its jobs, or {@code null} if they have none
 * @param deadline how long after its due time a job must have been started, or
 * {@code null} for no deadline
 * @param durable whether its jobs go to the store, or are ephemeral
 * @since 0.1.0
 */
public record JobAttributes(String name, String queue, int priority, @Nullable Integer maxAttempts,
		@Nullable Duration timeout, @Nullable UniqueRule unique, @Nullable LimitRule limits,
		@Nullable Duration deadline, boolean durable) {

	/**
	 * Read the attributes of a method.
	 * @param method the method, annotated itself or by what it overrides
	 * @param placeholders what resolves <code>${...}</code>
	 * @return the attributes, or {@code null} if this is no {@link Job @Job} method
	 * @throws InvalidJobHandlerException if an attribute is wrong
	 */
	public static @Nullable JobAttributes of(Method method, StringValueResolver placeholders) {
		Job job = AnnotatedElementUtils.findMergedAnnotation(method, Job.class);
		return (job != null) ? of(job, new AttributeReader(method, placeholders)) : null;
	}

	/**
	 * Return the classes of the arguments of a method, without what is supplied when it
	 * runs.
	 * @param method the method
	 * @return the classes
	 */
	public static List<Class<?>> argumentTypes(Method method) {
		return Arrays.stream(method.getParameters())
			.filter((parameter) -> !JobSignature.isSupplied(parameter))
			.<Class<?>>map(Parameter::getType)
			.toList();
	}

	static JobAttributes of(Job job, AttributeReader reader) {
		return new JobAttributes(name(job, reader), queue(job, reader), priority(job, reader), maxAttempts(job, reader),
				timeout(job, reader), unique(job, reader), limits(job, reader), deadline(job, reader), job.durable());
	}

	private static @Nullable LimitRule limits(Job job, AttributeReader reader) {
		return requireDurable(job, LimitExpression.of(job, reader), "a limit", reader);
	}

	private static @Nullable UniqueRule unique(Job job, AttributeReader reader) {
		return requireDurable(job, UniqueExpression.of(job, reader), "a 'uniqueKey'", reader);
	}

	private static <T> @Nullable T requireDurable(Job job, @Nullable T rule, String what, AttributeReader reader) {
		if (rule != null && !job.durable()) {
			throw reader.invalid("has durable = false and " + what,
					"Remove one of the two: only a store knows which other jobs there are");
		}
		return rule;
	}

	private static String name(Job job, AttributeReader reader) {
		String name = reader.text("name", job.name());
		if (name == null) {
			throw reader.invalid("has no name",
					"Write @Job(\"...\"): the name is what is stored with every job, so it must not depend on the code");
		}
		return reader.check("name", "Correct 'name'", () -> JobNames.requireValid("handler name", name));
	}

	private static String queue(Job job, AttributeReader reader) {
		String queue = reader.text("queue", job.queue());
		if (queue != null && !job.durable()) {
			throw reader.invalid("has durable = false and the queue '" + queue + "'",
					"Remove one of the two: ephemeral jobs go through no queue");
		}
		return (queue != null)
				? reader.check("queue", "Correct 'queue'", () -> JobNames.requireValid("queue name", queue))
				: JobNames.DEFAULT_QUEUE;
	}

	private static int priority(Job job, AttributeReader reader) {
		String text = reader.text("priority", job.priority());
		Integer priority = (text != null) ? reader.integer("priority", text) : Integer.valueOf(0);
		if (priority < JobRequest.MIN_PRIORITY || priority > JobRequest.MAX_PRIORITY) {
			throw reader.invalid("has the priority " + priority,
					"Set 'priority' from " + JobRequest.MIN_PRIORITY + " to " + JobRequest.MAX_PRIORITY);
		}
		return priority;
	}

	private static @Nullable Integer maxAttempts(Job job, AttributeReader reader) {
		int value = job.maxAttempts();
		if (value < 0 || value > JobRequest.MAX_ATTEMPTS) {
			throw reader.invalid("has maxAttempts = " + value, "Set 'maxAttempts' from 1, which means no retry, to "
					+ JobRequest.MAX_ATTEMPTS + ", or leave it out for the configured number");
		}
		return (value != 0) ? value : null;
	}

	private static @Nullable Duration timeout(Job job, AttributeReader reader) {
		Duration timeout = reader.duration("timeout", job.timeout());
		if (timeout != null && (timeout.compareTo(JobRequest.SHORTEST_TIMEOUT) < 0
				|| timeout.compareTo(JobRequest.LONGEST_TIMEOUT) > 0)) {
			throw reader.invalid("has the timeout " + timeout, "Set 'timeout' to at least one millisecond and at most "
					+ JobRequest.LONGEST_TIMEOUT.toDays() + " days, or leave it out for no limit");
		}
		return timeout;
	}

	private static @Nullable Duration deadline(Job job, AttributeReader reader) {
		Duration deadline = reader.duration("deadline", job.deadline());
		if (deadline != null
				&& (deadline.compareTo(JobDeadline.SHORTEST) < 0 || deadline.compareTo(JobDeadline.LONGEST) > 0)) {
			throw reader.invalid("has the deadline " + deadline,
					"Set 'deadline' to at least one millisecond and at most " + JobDeadline.LONGEST.toDays()
							+ " days, or leave it out for no deadline");
		}
		return deadline;
	}

}
