package io.jobqueue.serialization;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobDeadline;
import io.jobqueue.JobLimit;
import io.jobqueue.JobLimits;
import io.jobqueue.store.NewJob;

/**
 * A job that is to be enqueued later, as named texts: what recurring jobs and tasks of
 * workflows are kept as. It has no unique key.
 *
 * @since 0.1.0
 */
public final class JobText {

	private static final String HANDLER = "handler";

	private static final String QUEUE = "queue";

	private static final String PRIORITY = "priority";

	private static final String MAX_ATTEMPTS = "maxAttempts";

	private static final String ARGUMENTS = "arguments";

	private static final String HEADERS = "headers";

	private static final String DELAY = "delay";

	private static final String RUN_AT = "runAt";

	private static final String TIMEOUT = "timeout";

	private static final String BACKOFF = "backoff";

	private static final String LIMIT_KEY = "limitKey";

	private static final String LIMIT_OF_KEY = "limitOfKey";

	private static final String LIMIT_HOLD = "limitHold";

	private static final String LIMIT_OF_HANDLER = "limitOfHandler";

	private static final String DEADLINE_AT = "deadlineAt";

	private static final String DEADLINE_AFTER = "deadlineAfter";

	private JobText() {
	}

	/**
	 * Write a job.
	 * @param job the job
	 * @return the texts by name, which can be changed
	 */
	public static Map<String, String> write(NewJob job) {
		Map<String, String> values = new LinkedHashMap<>();
		values.put(HANDLER, job.handler());
		values.put(QUEUE, job.queue());
		values.put(PRIORITY, Integer.toString(job.priority()));
		values.put(MAX_ATTEMPTS, Integer.toString(job.maxAttempts()));
		values.put(ARGUMENTS, job.arguments());
		put(values, HEADERS, JobHeaders.write(job.headers()));
		put(values, DELAY, job.delay());
		put(values, RUN_AT, job.runAt());
		put(values, TIMEOUT, job.timeout());
		put(values, BACKOFF, job.backoff());
		JobLimits limits = job.limits();
		if (limits != null) {
			put(values, LIMIT_KEY, limits.key());
			put(values, LIMIT_OF_KEY, LimitText.write(limits.keyLimit()));
			put(values, LIMIT_HOLD, limits.isKeyHeldOnRetry() ? true : null);
			put(values, LIMIT_OF_HANDLER, LimitText.write(limits.handlerLimit()));
		}
		JobDeadline deadline = job.deadline();
		if (deadline != null) {
			put(values, DEADLINE_AT, deadline.at());
			put(values, DEADLINE_AFTER, deadline.afterDue());
		}
		return values;
	}

	private static void put(Map<String, String> values, String key, @Nullable Object value) {
		if (value != null) {
			values.put(key, value.toString());
		}
	}

	/**
	 * Read a job.
	 * @param values the texts by name
	 * @return the job
	 * @throws IllegalArgumentException if something is missing
	 */
	public static NewJob read(Map<String, String> values) {
		return new NewJob(get(values, HANDLER), get(values, QUEUE), Integer.parseInt(get(values, PRIORITY)),
				Integer.parseInt(get(values, MAX_ATTEMPTS)), get(values, ARGUMENTS),
				JobHeaders.read(values.get(HEADERS)), duration(values, DELAY), instant(values, RUN_AT),
				duration(values, TIMEOUT), values.get(BACKOFF), limits(values), null, deadline(values));
	}

	/**
	 * Return the handler of a job.
	 * @param values the texts by name
	 * @return the name of the handler
	 */
	public static String handler(Map<String, String> values) {
		return get(values, HANDLER);
	}

	/**
	 * Return the queue of a job.
	 * @param values the texts by name
	 * @return the name of the queue
	 */
	public static String queue(Map<String, String> values) {
		return get(values, QUEUE);
	}

	private static @Nullable Duration duration(Map<String, String> values, String key) {
		String text = values.get(key);
		return (text != null) ? Duration.parse(text) : null;
	}

	private static @Nullable Instant instant(Map<String, String> values, String key) {
		String text = values.get(key);
		return (text != null) ? Instant.parse(text) : null;
	}

	private static @Nullable JobLimits limits(Map<String, String> values) {
		JobLimit ofKey = LimitText.read(values.get(LIMIT_OF_KEY));
		JobLimit ofHandler = LimitText.read(values.get(LIMIT_OF_HANDLER));
		return (ofKey.isNone() && ofHandler.isNone()) ? null
				: new JobLimits(values.get(LIMIT_KEY), ofKey, values.containsKey(LIMIT_HOLD), ofHandler);
	}

	private static @Nullable JobDeadline deadline(Map<String, String> values) {
		Instant at = instant(values, DEADLINE_AT);
		Duration after = duration(values, DEADLINE_AFTER);
		if (at != null) {
			return JobDeadline.at(at);
		}
		return (after != null) ? JobDeadline.after(after) : null;
	}

	private static String get(Map<String, String> values, String key) {
		String value = values.get(key);
		if (value == null) {
			throw new IllegalArgumentException("A stored job has no '" + key + "'");
		}
		return value;
	}

}
