package io.jobqueue.annotation;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.jobqueue.OnDuplicate;
import io.jobqueue.Unique;
import io.jobqueue.UniqueScope;
import io.jobqueue.handler.UniqueRule;

/**
 * The unique keys of a handler, by the expression of its annotation.
 */
final class UniqueExpression implements UniqueRule {

	private final ArgumentExpression expression;

	private final Unique template;

	private UniqueExpression(ArgumentExpression expression, Unique template) {
		this.expression = expression;
		this.template = template;
	}

	static @Nullable UniqueRule of(Job job, AttributeReader reader) {
		Duration duration = reader.duration("uniqueFor", job.uniqueFor());
		if (job.uniqueKey().isBlank()) {
			if (duration != null || job.uniqueScope() != UniqueScope.UNTIL_FINISHED
					|| job.onDuplicate() != OnDuplicate.SKIP) {
				throw reader.invalid("says how its jobs are unique, but not by what",
						"Set 'uniqueKey', for instance to \"" + Job.ALL_ARGUMENTS + "\"");
			}
			return null;
		}
		return new UniqueExpression(ArgumentExpression.parse("uniqueKey", job.uniqueKey(), reader),
				template(job, duration, reader));
	}

	private static Unique template(Job job, @Nullable Duration duration, AttributeReader reader) {
		if (job.uniqueScope() == UniqueScope.FOR_DURATION && duration == null) {
			throw reader.invalid("holds its unique keys for a duration, but does not say for which", "Set 'uniqueFor'");
		}
		if (job.uniqueScope() == UniqueScope.WHILE_WAITING && duration != null) {
			throw reader.invalid("has both 'uniqueFor' and uniqueScope = WHILE_WAITING", "Remove one of them");
		}
		UniqueScope scope = (duration != null) ? UniqueScope.FOR_DURATION : job.uniqueScope();
		return reader.check("uniqueFor", "Correct 'uniqueFor'",
				() -> new Unique(null, scope, duration, job.onDuplicate()));
	}

	@Override
	public @Nullable Unique of(List<? extends @Nullable Object> arguments) {
		Object key = this.expression.evaluate(arguments);
		return (key != null)
				? new Unique(key, this.template.scope(), this.template.duration(), this.template.onDuplicate()) : null;
	}

}
