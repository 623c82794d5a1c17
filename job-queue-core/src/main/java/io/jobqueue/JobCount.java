package io.jobqueue;

/**
 * A number of jobs that was not counted further than asked for.
 *
 * @param jobs the number of jobs
 * @param isExact whether there are exactly so many; otherwise there may be more
 * @since 0.1.0
 */
public record JobCount(long jobs, boolean isExact) {

	/**
	 * Return the number, with a plus if there may be more: {@code "17"}, {@code "1000+"}.
	 */
	@Override
	public String toString() {
		return this.isExact ? Long.toString(this.jobs) : this.jobs + "+";
	}

}
