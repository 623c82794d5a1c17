package io.jobqueue.recurring;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobLimit;
import io.jobqueue.serialization.JobHeaders;
import io.jobqueue.JobLimits;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.RecurringDefinition;

/**
 * What a definition says beside its times: when it recurs, the job of a firing, who
 * declares it, whether it is paused. Stored as the text of a JSON object. What a later
 * release has written there, and this one does not know, is kept. Immutable.
 */
final class Content {

	private static final String CRON = "cron";

	private static final String ZONE = "zone";

	private static final String EVERY = "every";

	private static final String MISFIRE = "misfire";

	private static final String OVERLAP = "overlap";

	private static final String HANDLER = "handler";

	private static final String PRIORITY = "priority";

	private static final String MAX_ATTEMPTS = "maxAttempts";

	private static final String ARGUMENTS = "arguments";

	private static final String HEADERS = "headers";

	private static final String TIMEOUT = "timeout";

	private static final String BACKOFF = "backoff";

	private static final String LIMIT_KEY = "limitKey";

	private static final String LIMIT_OF_KEY = "limitOfKey";

	private static final String LIMIT_HOLD = "limitHold";

	private static final String LIMIT_OF_HANDLER = "limitOfHandler";

	private static final String APPLICATION = "application";

	private static final String PAUSED = "paused";

	private static final String SKIPPED = "skipped";

	private final Map<String, String> values;

	private Content(Map<String, String> values) {
		this.values = values;
	}

	static Content of(Recurrence recurrence, NewJob job, @Nullable String application) {
		Map<String, String> values = new LinkedHashMap<>();
		put(values, recurrence);
		values.put(HANDLER, job.handler());
		values.put(PRIORITY, Integer.toString(job.priority()));
		values.put(MAX_ATTEMPTS, Integer.toString(job.maxAttempts()));
		values.put(ARGUMENTS, job.arguments());
		put(values, HEADERS, JobHeaders.write(job.headers()));
		put(values, TIMEOUT, job.timeout());
		put(values, BACKOFF, job.backoff());
		put(values, job.limits());
		put(values, APPLICATION, application);
		return new Content(values);
	}

	private static void put(Map<String, String> values, Recurrence recurrence) {
		put(values, CRON, recurrence.cron());
		put(values, ZONE, (recurrence.cron() != null) ? recurrence.zone() : null);
		put(values, EVERY, recurrence.every());
		put(values, MISFIRE, recurrence.misfire().name().toLowerCase(Locale.ROOT));
		put(values, OVERLAP, recurrence.overlap().name().toLowerCase(Locale.ROOT));
	}

	private static void put(Map<String, String> values, @Nullable JobLimits limits) {
		if (limits != null) {
			put(values, LIMIT_KEY, limits.key());
			put(values, LIMIT_OF_KEY, LimitText.write(limits.keyLimit()));
			put(values, LIMIT_HOLD, limits.isKeyHeldOnRetry() ? true : null);
			put(values, LIMIT_OF_HANDLER, LimitText.write(limits.handlerLimit()));
		}
	}

	private static void put(Map<String, String> values, String key, @Nullable Object value) {
		if (value != null) {
			values.put(key, value.toString());
		}
		else {
			values.remove(key);
		}
	}

	static Content of(RecurringDefinition definition) {
		return new Content(JobHeaders.read(definition.content()));
	}

	String text() {
		return String.valueOf(JobHeaders.write(this.values));
	}

	Recurrence recurrence() {
		String cron = this.values.get(CRON);
		Recurrence recurrence = (cron != null) ? Recurrence.cron(cron).zone(ZoneId.of(get(ZONE)))
				: Recurrence.every(Duration.parse(get(EVERY)));
		return recurrence.misfire(Misfire.valueOf(get(MISFIRE).toUpperCase(Locale.ROOT)))
			.overlap(Overlap.valueOf(get(OVERLAP).toUpperCase(Locale.ROOT)));
	}

	String handler() {
		return get(HANDLER);
	}

	/**
	 * Return the job of a firing.
	 */
	NewJob job(String queue, Firing firing) {
		String timeout = this.values.get(TIMEOUT);
		return new NewJob(handler(), queue, Integer.parseInt(get(PRIORITY)), Integer.parseInt(get(MAX_ATTEMPTS)),
				get(ARGUMENTS), firing.addTo(JobHeaders.read(this.values.get(HEADERS))), null, firing.at(),
				(timeout != null) ? Duration.parse(timeout) : null, this.values.get(BACKOFF), limits());
	}

	private @Nullable JobLimits limits() {
		JobLimit ofKey = LimitText.read(this.values.get(LIMIT_OF_KEY));
		JobLimit ofHandler = LimitText.read(this.values.get(LIMIT_OF_HANDLER));
		return (ofKey.isNone() && ofHandler.isNone()) ? null
				: new JobLimits(this.values.get(LIMIT_KEY), ofKey, this.values.containsKey(LIMIT_HOLD), ofHandler);
	}

	@Nullable String application() {
		return this.values.get(APPLICATION);
	}

	boolean isPaused() {
		return this.values.containsKey(PAUSED);
	}

	@Nullable Instant skippedAt() {
		String skipped = this.values.get(SKIPPED);
		return (skipped != null) ? Instant.parse(skipped) : null;
	}

	Content withRecurrence(Recurrence recurrence) {
		Map<String, String> changed = new LinkedHashMap<>(this.values);
		put(changed, recurrence);
		return new Content(changed);
	}

	Content withPaused(boolean isPaused) {
		return with(PAUSED, isPaused ? "true" : null);
	}

	Content withSkippedAt(@Nullable Instant skippedAt) {
		return with(SKIPPED, (skippedAt != null) ? skippedAt.toString() : null);
	}

	private Content with(String key, @Nullable String value) {
		Map<String, String> changed = new LinkedHashMap<>(this.values);
		put(changed, key, value);
		return new Content(changed);
	}

	/**
	 * Return this content with what has happened to another one.
	 */
	Content withStateOf(Content other) {
		return withPaused(other.isPaused()).withSkippedAt(other.skippedAt());
	}

	/**
	 * Return whether this says the same as another content, whoever says it.
	 */
	boolean saysTheSameAs(Content other) {
		return with(APPLICATION, null).values.equals(other.with(APPLICATION, null).values);
	}

	private String get(String key) {
		String value = this.values.get(key);
		if (value == null) {
			throw new IllegalArgumentException("The definition has no '" + key + "'");
		}
		return value;
	}

}
