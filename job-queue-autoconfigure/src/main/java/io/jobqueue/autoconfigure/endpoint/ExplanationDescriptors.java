package io.jobqueue.autoconfigure.endpoint;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.jobqueue.JobExplanation;
import io.jobqueue.JobId;
import io.jobqueue.JobState;

/**
 * What {@link JobQueueEndpoint} answers to the question why a job is not running.
 *
 * @since 0.1.0
 */
public final class ExplanationDescriptors {

	private ExplanationDescriptors() {
	}

	/**
	 * Why a job is not running, or what has become of it.
	 *
	 * @param id its id
	 * @param state where it is in its life
	 * @param text all reasons in words
	 * @param reasons the reasons, the most important first
	 */
	public record Explanation(long id, JobState state, String text,
			List<Reason> reasons) implements OperationResponseBody {

		static Explanation of(JobExplanation explanation, JobValues values, boolean isShown) {
			List<Reason> reasons = explanation.reasons()
				.stream()
				.map((reason) -> Reason.of(reason, values, isShown))
				.toList();
			return new Explanation(explanation.id().value(), explanation.state(),
					reasons.stream().map(Reason::text).collect(Collectors.joining(" ")), reasons);
		}

	}

	/**
	 * One reason why a job is not running.
	 *
	 * @param kind the kind of reason, which says what the data are
	 * @param text the reason in words; the concurrency key of the job is sanitized
	 * @param data the reason as data, see {@link JobExplanation.Kind}
	 */
	public record Reason(JobExplanation.Kind kind, String text, Map<String, @Nullable Object> data) {

		private static final String KEY = "key";

		static Reason of(JobExplanation.Reason reason, JobValues values, boolean isShown) {
			Map<String, @Nullable Object> data = new TreeMap<>();
			reason.data().forEach((name, value) -> data.put(name, plain(value)));
			String text = reason.text();
			if (reason.data().get(KEY) instanceof String key) {
				Object shown = values.text(KEY, key, isShown);
				data.put(KEY, shown);
				// In quotes: a key can be a part of anything else.
				text = text.replace("'" + key + "'", "'" + shown + "'");
			}
			return new Reason(reason.kind(), text, data);
		}

		private static Object plain(Object value) {
			if (value instanceof JobId id) {
				return id.value();
			}
			return (value instanceof List<?> values) ? values.stream().map(Reason::plain).toList() : value;
		}

	}

}
