package io.jobqueue.autoconfigure.endpoint;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.util.StringUtils;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobNames;
import io.jobqueue.JobPage;
import io.jobqueue.JobState;

/**
 * A page of jobs, as it is asked for: everything is text, so that what is wrong with it
 * can be said.
 *
 * @param filter which jobs
 * @param before the last id of the page before, or {@code null} for the first page
 * @param limit the size of the page, or {@code null} for the usual one
 */
record JobQuery(JobFilter filter, @Nullable JobId before, @Nullable Integer limit) {

	/**
	 * Read a query.
	 * @param state names of states, separated by commas
	 * @param queue name of a queue
	 * @param handler name of a handler
	 * @param createdFrom earliest time of the enqueue, as ISO 8601 instant, inclusive
	 * @param createdBefore end of the range of enqueue times, exclusive
	 * @param before id that all are smaller than
	 * @param limit size of the page
	 * @return the query
	 * @throws InvalidEndpointRequestException if anything of that cannot be read
	 */
	static JobQuery parse(@Nullable String state, @Nullable String queue, @Nullable String handler,
			@Nullable String createdFrom, @Nullable String createdBefore, @Nullable String before,
			@Nullable String limit) {
		JobFilter filter = states(state);
		if (StringUtils.hasText(queue)) {
			filter = filter.queue(name("queue name", queue));
		}
		if (StringUtils.hasText(handler)) {
			filter = filter.handler(name("handler name", handler));
		}
		if (StringUtils.hasText(createdFrom) || StringUtils.hasText(createdBefore)) {
			filter = filter.created(instant("createdFrom", createdFrom), instant("createdBefore", createdBefore));
		}
		return new JobQuery(filter, StringUtils.hasText(before) ? id(before) : null, limit(limit));
	}

	static JobId id(String text) {
		try {
			return JobId.parse(text);
		}
		catch (IllegalArgumentException ex) {
			throw invalid("Not a job id: '" + text + "'. A job id is a positive number");
		}
	}

	static String name(String what, String name) {
		try {
			return JobNames.requireValid(what, name);
		}
		catch (IllegalArgumentException ex) {
			throw invalid(String.valueOf(ex.getMessage()));
		}
	}

	private static JobFilter states(@Nullable String text) {
		Set<JobState> states = EnumSet.noneOf(JobState.class);
		for (String name : StringUtils.tokenizeToStringArray(text, ",")) {
			try {
				states.add(JobState.valueOf(name.toUpperCase(Locale.ROOT)));
			}
			catch (IllegalArgumentException ex) {
				throw invalid("Not a state of a job: '" + name + "'. States are " + List.of(JobState.values()));
			}
		}
		JobState[] all = states.toArray(JobState[]::new);
		return (all.length > 0) ? JobFilter.in(all[0], all) : JobFilter.all();
	}

	private static @Nullable Instant instant(String what, @Nullable String text) {
		if (!StringUtils.hasText(text)) {
			return null;
		}
		try {
			return Instant.parse(text);
		}
		catch (DateTimeParseException ex) {
			throw invalid("Not a time for '" + what + "': '" + text + "'. Write it as 2026-01-31T12:00:00Z");
		}
	}

	static @Nullable Integer limit(@Nullable String text) {
		if (!StringUtils.hasText(text)) {
			return null;
		}
		int limit = -1;
		try {
			limit = Integer.parseInt(text.strip());
		}
		catch (NumberFormatException ex) {
			// Refused below.
		}
		if (limit < 1 || limit > JobAdmin.MAX_PAGE_SIZE) {
			throw invalid("'limit' must be from 1 to " + JobAdmin.MAX_PAGE_SIZE + ", not '" + text + "'");
		}
		return limit;
	}

	static InvalidEndpointRequestException invalid(String message) {
		return new InvalidEndpointRequestException(message, message);
	}

	/**
	 * Refuse to act on jobs of any state: whoever forgets the filter does not mean all.
	 * @param action what is to be done
	 * @return this query
	 * @throws InvalidEndpointRequestException if it names no state
	 */
	JobQuery requireState(String action) {
		if (this.filter.states().isEmpty()) {
			throw invalid("Say by 'state' which jobs to " + action + "; further filters are optional");
		}
		return this;
	}

	/**
	 * Find the jobs. Bounded, however many jobs there are.
	 * @param admin where to ask
	 * @param usualLimit the size of the page if none is asked for
	 * @return the jobs
	 */
	JobPage find(JobAdmin admin, int usualLimit) {
		return admin.page(this.filter, this.before, (this.limit != null) ? this.limit : usualLimit);
	}

}
