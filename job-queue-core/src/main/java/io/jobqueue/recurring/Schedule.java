package io.jobqueue.recurring;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The firing times of a recurrence. Thread-safe.
 */
interface Schedule {

	/**
	 * Return the first firing time of a definition that begins at an instant.
	 * @return a later instant, or {@code null} if there is none
	 */
	@Nullable Instant first(Instant start);

	/**
	 * Return the first firing time after an instant.
	 * @param known any firing time of the definition
	 * @param after the instant
	 * @return a later instant, or {@code null} if there is none
	 */
	@Nullable Instant next(Instant known, Instant after);

	/**
	 * Return the last firing times up to an instant.
	 * @param known a firing time, the first one to be returned
	 * @param until the instant, not before {@code known}
	 * @param limit how many at most, at least 1
	 * @return the firing times, oldest first; at least one
	 */
	List<Instant> last(Instant known, Instant until, int limit);

}
