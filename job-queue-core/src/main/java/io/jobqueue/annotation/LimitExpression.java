package io.jobqueue.annotation;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobLimit;
import io.jobqueue.RateLimit;
import io.jobqueue.handler.LimitRule;
import io.jobqueue.JobLimits;
import io.jobqueue.JobKeys;

/**
 * The limits of a handler, by its annotation: of all its jobs, or of those for which an
 * expression has the same value.
 */
final class LimitExpression implements LimitRule {

	private final JobLimit ofKey;

	private final JobLimit ofHandler;

	private final @Nullable ArgumentExpression key;

	private final boolean isKeyHeldOnRetry;

	private LimitExpression(JobLimit ofKey, JobLimit ofHandler, @Nullable ArgumentExpression key,
			boolean isKeyHeldOnRetry) {
		this.ofKey = ofKey;
		this.ofHandler = ofHandler;
		this.key = key;
		this.isKeyHeldOnRetry = isKeyHeldOnRetry;
	}

	static @Nullable LimitRule of(Job job, AttributeReader reader) {
		JobLimit limit = limit("maxConcurrent", job.maxConcurrent(), "rateLimit", job.rateLimit(), reader);
		JobLimit whole = limit("handlerMaxConcurrent", job.handlerMaxConcurrent(), "handlerRateLimit",
				job.handlerRateLimit(), reader);
		if (job.concurrencyKey().isBlank()) {
			checkWithoutKey(job, whole, reader);
			return limit.isNone() ? null : new LimitExpression(JobLimit.NONE, limit, null, false);
		}
		if (limit.isNone()) {
			throw reader.invalid("has a concurrency key, but no limit for it", "Set 'maxConcurrent' or 'rateLimit'");
		}
		Integer max = limit.maxConcurrent();
		return new LimitExpression(limit, whole,
				ArgumentExpression.parse("concurrencyKey", job.concurrencyKey(), reader),
				max != null && max == 1 && !job.releasesKeyOnRetry());
	}

	private static JobLimit limit(String maxName, String max, String rateName, String rate, AttributeReader reader) {
		String concurrency = reader.text(maxName, max);
		String permits = reader.text(rateName, rate);
		return new JobLimit(
				(concurrency != null) ? positive(maxName, reader, reader.integer(maxName, concurrency)) : null,
				(permits != null) ? reader.check(rateName, "Correct '" + rateName + "'", () -> RateLimit.parse(permits))
						: null);
	}

	private static void checkWithoutKey(Job job, JobLimit whole, AttributeReader reader) {
		if (!whole.isNone()) {
			throw reader.invalid("has a limit for the whole handler beside that of a key, but no key",
					"Set 'concurrencyKey', or 'maxConcurrent' and 'rateLimit' instead: without a key they are for the whole handler");
		}
		if (job.releasesKeyOnRetry()) {
			throw reader.invalid("releases its key on a retry, but has none", "Set 'concurrencyKey'");
		}
	}

	private static int positive(String name, AttributeReader reader, int value) {
		if (value < 1) {
			throw reader.invalid("has " + name + " = " + value, "Set '" + name + "' to at least 1");
		}
		return value;
	}

	@Override
	public @Nullable JobLimits of(List<? extends @Nullable Object> arguments) {
		Object value = (this.key != null) ? this.key.evaluate(arguments) : null;
		if (value != null) {
			return new JobLimits(JobKeys.of(value.toString()), this.ofKey, this.isKeyHeldOnRetry, this.ofHandler);
		}
		return this.ofHandler.isNone() ? null : JobLimits.ofHandler(this.ofHandler);
	}

}
