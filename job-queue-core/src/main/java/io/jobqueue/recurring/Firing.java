package io.jobqueue.recurring;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import io.jobqueue.JobContext;

/**
 * The firing that a job was made for, as its handler can see it:
 *
 * <pre class="code">
 * Instant time = Firing.of(job).map(Firing::at).orElse(job.createdAt());
 * </pre>
 *
 * @param name the name of the recurring job
 * @param at the firing time, however late the job runs; for a job that somebody triggered
 * by hand, the time at which that happened
 * @since 0.1.0
 */
public record Firing(String name, Instant at) {

	/**
	 * The header with the name of the recurring job.
	 */
	public static final String NAME_HEADER = "jobqueue.recurring.name";

	/**
	 * The header with the firing time, in the form {@code 2026-03-29T04:00:00Z}.
	 */
	public static final String TIME_HEADER = "jobqueue.recurring.time";

	/**
	 * Return the firing that a job was made for.
	 * @param job the context of the job
	 * @return the firing, or empty if it was enqueued otherwise
	 */
	public static Optional<Firing> of(JobContext job) {
		return of(job.headers());
	}

	/**
	 * Return the firing that a job was made for.
	 * @param headers the headers of the job
	 * @return the firing, or empty if it was enqueued otherwise
	 */
	public static Optional<Firing> of(Map<String, String> headers) {
		String name = headers.get(NAME_HEADER);
		String time = headers.get(TIME_HEADER);
		return (name != null && time != null) ? Optional.of(new Firing(name, Instant.parse(time))) : Optional.empty();
	}

	Map<String, String> addTo(Map<String, String> headers) {
		Map<String, String> all = new LinkedHashMap<>(headers);
		all.put(NAME_HEADER, this.name);
		all.put(TIME_HEADER, this.at.toString());
		return all;
	}

}
