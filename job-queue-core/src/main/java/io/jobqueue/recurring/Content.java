package io.jobqueue.recurring;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobDeadline;
import io.jobqueue.serialization.JobHeaders;
import io.jobqueue.serialization.JobText;
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

	private static final String QUEUE = "queue";

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
		values.putAll(JobText.write(job));
		// It is part of the definition.
		values.remove(QUEUE);
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
		return JobText.handler(this.values);
	}

	/**
	 * Return the job of a firing.
	 */
	NewJob job(String queue, Firing firing) {
		Map<String, String> all = new LinkedHashMap<>(this.values);
		all.put(QUEUE, queue);
		NewJob job = JobText.read(all);
		Duration deadline = (job.deadline() != null) ? job.deadline().afterDue() : null;
		return new NewJob(job.handler(), queue, job.priority(), job.maxAttempts(), job.arguments(),
				firing.addTo(job.headers()), null, firing.at(), job.timeout(), job.backoff(), job.limits(), null,
				(deadline != null) ? JobDeadline.at(firing.at().plus(deadline)) : null);
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
