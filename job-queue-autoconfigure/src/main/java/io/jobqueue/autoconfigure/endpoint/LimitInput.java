package io.jobqueue.autoconfigure.endpoint;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.lang.Contract;
import org.springframework.util.StringUtils;

import io.jobqueue.JobLimit;
import io.jobqueue.LimitTarget;
import io.jobqueue.RateLimit;

/**
 * Reads limits and what they are for from text, so that what is wrong with it can be
 * said.
 */
final class LimitInput {

	private static final String NONE = "none";

	private LimitInput() {
	}

	/**
	 * Read a target.
	 * @param queue name of the queue
	 * @param handler name of the handler, or {@code null} for the whole queue
	 * @param scope {@code key} for each concurrency key of the handler, {@code handler}
	 * or {@code null} for its jobs together
	 * @throws InvalidEndpointRequestException if that is none
	 */
	static LimitTarget target(String queue, @Nullable String handler, @Nullable String scope) {
		LimitTarget.Scope usual = StringUtils.hasText(handler) ? LimitTarget.Scope.HANDLER : LimitTarget.Scope.QUEUE;
		try {
			LimitTarget.Scope chosen = StringUtils.hasText(scope)
					? LimitTarget.Scope.valueOf(scope.toUpperCase(Locale.ROOT)) : usual;
			return new LimitTarget(queue, chosen, StringUtils.hasText(handler) ? handler : null);
		}
		catch (IllegalArgumentException ex) {
			throw invalid("Nothing that can be limited: " + ex.getMessage()
					+ ". Name a queue, or a queue and a 'handler', or both and the 'scope' key");
		}
	}

	/**
	 * Read a limit.
	 * @param maxConcurrent a number or {@code none}
	 * @param rate a rate such as {@code 100/s}, or {@code none}
	 * @throws InvalidEndpointRequestException if that is none, or if both are missing
	 */
	static JobLimit limit(@Nullable String maxConcurrent, @Nullable String rate) {
		if (!StringUtils.hasText(maxConcurrent) && !StringUtils.hasText(rate)) {
			throw invalid("Say 'maxConcurrent' (a number or none), 'rate' (such as 100/s, or none), or both;"
					+ " what is not said is not limited");
		}
		try {
			return new JobLimit(isSet(maxConcurrent) ? Integer.valueOf(maxConcurrent) : null,
					isSet(rate) ? RateLimit.parse(rate) : null);
		}
		catch (NumberFormatException ex) {
			throw invalid("'maxConcurrent' must be a number or none, not '" + maxConcurrent + "'");
		}
		catch (IllegalArgumentException ex) {
			throw invalid(String.valueOf(ex.getMessage()));
		}
	}

	@Contract("null -> false")
	private static boolean isSet(@Nullable String text) {
		return StringUtils.hasText(text) && !text.equalsIgnoreCase(NONE);
	}

	private static InvalidEndpointRequestException invalid(String message) {
		return new InvalidEndpointRequestException(message, message);
	}

}
