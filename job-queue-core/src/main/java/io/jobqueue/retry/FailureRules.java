package io.jobqueue.retry;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Decides by the class of what a handler threw whether a job is tried again at all; the
 * number of attempts and the delays are not its business.
 * <p>
 * A class stands for its subclasses, too. Of several that fit, the one that is nearest to
 * the class of the exception decides, so that {@code discardOn} may name a subclass of
 * what {@code retryOn} names, or the other way round. An exception that fits none is
 * judged by its cause, and so on: what a framework wraps is still what it was.
 *
 * @param retryOn what is tried again, nothing else is; empty for everything
 * @param discardOn what ends the job as cancelled
 * @since 0.1.0
 */
public record FailureRules(List<Class<? extends Throwable>> retryOn, List<Class<? extends Throwable>> discardOn) {

	/**
	 * The rules that try everything again.
	 */
	public static final FailureRules NONE = new FailureRules(List.of(), List.of());

	/** Longer chains of causes are not looked through. */
	private static final int MAX_CAUSES = 100;

	/**
	 * Create rules.
	 */
	public FailureRules {
		retryOn = List.copyOf(retryOn);
		discardOn = List.copyOf(discardOn);
		Set<Class<? extends Throwable>> both = new LinkedHashSet<>(retryOn);
		both.retainAll(discardOn);
		Assert.isTrue(both.isEmpty(), () -> "'retryOn' and 'discardOn' both name " + names(both));
	}

	private static List<String> names(Set<Class<? extends Throwable>> types) {
		return types.stream().map(Class::getName).toList();
	}

	/**
	 * Return what these rules say about an exception.
	 * @param failure what was thrown
	 * @return the verdict
	 */
	public Verdict judge(Throwable failure) {
		return judge(failure, MAX_CAUSES);
	}

	/**
	 * Return what these rules say about an exception without looking at its causes.
	 * @param failure what was thrown
	 * @return the verdict
	 */
	public Verdict judgeItself(Throwable failure) {
		return judge(failure, 0);
	}

	private Verdict judge(Throwable failure, int maxCauses) {
		if (this.retryOn.isEmpty() && this.discardOn.isEmpty()) {
			return Verdict.RETRY;
		}
		Throwable current = failure;
		for (int i = 0; current != null && i <= maxCauses; i++) {
			Class<?> nearest = nearest(current.getClass());
			if (nearest != null) {
				return this.discardOn.contains(nearest) ? Verdict.DISCARD : Verdict.RETRY;
			}
			current = current.getCause();
		}
		return this.retryOn.isEmpty() ? Verdict.RETRY : Verdict.FAIL;
	}

	private @Nullable Class<?> nearest(Class<?> type) {
		return Stream.<Class<?>>iterate(type, Objects::nonNull, Class::getSuperclass)
			.filter((candidate) -> this.retryOn.contains(candidate) || this.discardOn.contains(candidate))
			.findFirst()
			.orElse(null);
	}

	/**
	 * What is to be done with a job after a failed attempt.
	 */
	public enum Verdict {

		/** Try it again, if attempts are left. */
		RETRY,

		/** Let it fail for good, whatever attempts are left. */
		FAIL,

		/** Let it end as cancelled, as if its handler had discarded it. */
		DISCARD

	}

}
