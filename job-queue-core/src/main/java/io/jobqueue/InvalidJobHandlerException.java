package io.jobqueue;

import org.jspecify.annotations.Nullable;

/**
 * A {@code @Job} method cannot be used as it is declared. Thrown at start, so that it
 * never surprises at 3 a.m.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class InvalidJobHandlerException extends JobQueueException {

	private final String method;

	private final String problem;

	private final String remedy;

	/**
	 * Create an exception.
	 * @param method the method as {@code Type.method}
	 * @param problem what is wrong, as a clause such as {@code "is static"}
	 * @param remedy what to do, as an imperative sentence without full stop
	 */
	public InvalidJobHandlerException(String method, String problem, String remedy) {
		this(method, problem, remedy, null);
	}

	/**
	 * Create an exception with a cause.
	 * @param method the method as {@code Type.method}
	 * @param problem what is wrong, as a clause such as {@code "is static"}
	 * @param remedy what to do, as an imperative sentence without full stop
	 * @param cause the reason, if there is one
	 */
	public InvalidJobHandlerException(String method, String problem, String remedy, @Nullable Throwable cause) {
		super("@Job method " + method + " " + problem + ". " + remedy, cause);
		this.method = method;
		this.problem = problem;
		this.remedy = remedy;
	}

	/**
	 * Return the method that is wrong.
	 * @return the method as {@code Type.method}
	 */
	public String getMethod() {
		return this.method;
	}

	/**
	 * Return what is wrong with it.
	 * @return a clause such as {@code "is static"}
	 */
	public String getProblem() {
		return this.problem;
	}

	/**
	 * Return what to do about it.
	 * @return an imperative sentence without full stop
	 */
	public String getRemedy() {
		return this.remedy;
	}

}
