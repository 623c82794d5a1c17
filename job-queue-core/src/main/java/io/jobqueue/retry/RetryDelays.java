package io.jobqueue.retry;

/**
 * Delays that can be written as one short text, so that a single job can keep its own:
 * see {@link Backoff} for delays that are equal or grow, and {@link DelayList} for delays
 * that are listed.
 *
 * @since 0.1.0
 */
public sealed interface RetryDelays extends RetryPolicy permits Backoff, DelayList {

	/**
	 * Return these delays as one short text, the inverse of {@link #parse(String)}.
	 * @return the text
	 */
	String format();

	/**
	 * Return the delays that a text of {@link #format()} stands for.
	 * @param text the text
	 * @return the delays
	 * @throws IllegalArgumentException if the text is not of that form
	 */
	static RetryDelays parse(String text) {
		return text.startsWith(DelayList.PREFIX) ? DelayList.parse(text) : Backoff.parse(text);
	}

}
