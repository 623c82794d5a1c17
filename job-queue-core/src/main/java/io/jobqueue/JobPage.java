package io.jobqueue;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Some of the jobs that pass a filter, newest first, and where to go on. A page may have
 * fewer jobs than were asked for, or none, and still not be the last one: looking for
 * them has a limit, see {@link JobAdmin#MAX_EXAMINED}.
 *
 * @param jobs the jobs by descending id
 * @param next what to pass as {@code before} to get the next page, or {@code null} if
 * this is the last one
 * @since 0.1.0
 */
public record JobPage(List<JobRecord> jobs, @Nullable JobId next) {

	/**
	 * Create a page.
	 */
	public JobPage {
		jobs = List.copyOf(jobs);
	}

	/**
	 * Return whether there are no more jobs.
	 * @return {@code true} if there is no next page
	 */
	public boolean isLast() {
		return this.next == null;
	}

}
