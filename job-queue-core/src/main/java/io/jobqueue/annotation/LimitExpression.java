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

	private final JobLimit limit;

	private final @Nullable ArgumentExpression key;

	private final boolean isKeyHeldOnRetry;

	private LimitExpression(JobLimit limit, @Nullable ArgumentExpression key, boolean isKeyHeldOnRetry) {
		this.limit = limit;
		this.key = key;
		this.isKeyHeldOnRetry = isKeyHeldOnRetry;
	}

	static @Nullable LimitRule of(Job job, AttributeReader reader) {
		String concurrency = reader.text("maxConcurrent", job.maxConcurrent());
		String rate = reader.text("rateLimit", job.rateLimit());
		JobLimit limit = new JobLimit(
				(concurrency != null) ? positive(reader, reader.integer("maxConcurrent", concurrency)) : null,
				(rate != null) ? reader.check("rateLimit", "Correct 'rateLimit'", () -> RateLimit.parse(rate)) : null);
		boolean hasKey = !job.concurrencyKey().isBlank();
		if (limit.isNone()) {
			if (hasKey) {
				throw reader.invalid("has a concurrency key, but no limit for it",
						"Set 'maxConcurrent' or 'rateLimit'");
			}
			return null;
		}
		if (!hasKey && job.releasesKeyOnRetry()) {
			throw reader.invalid("releases its key on a retry, but has none", "Set 'concurrencyKey'");
		}
		Integer max = limit.maxConcurrent();
		return new LimitExpression(limit,
				hasKey ? ArgumentExpression.parse("concurrencyKey", job.concurrencyKey(), reader) : null,
				max != null && max == 1 && !job.releasesKeyOnRetry());
	}

	private static int positive(AttributeReader reader, int value) {
		if (value < 1) {
			throw reader.invalid("has maxConcurrent = " + value, "Set 'maxConcurrent' to at least 1");
		}
		return value;
	}

	@Override
	public @Nullable JobLimits of(List<? extends @Nullable Object> arguments) {
		if (this.key == null) {
			return JobLimits.ofHandler(this.limit);
		}
		Object value = this.key.evaluate(arguments);
		return (value != null)
				? new JobLimits(JobKeys.of(value.toString()), this.limit, this.isKeyHeldOnRetry, JobLimit.NONE) : null;
	}

}
