package io.jobqueue.client;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.JobNames;
import io.jobqueue.interceptor.OutgoingJob;
import io.jobqueue.store.NewJob;

/**
 * A job that is complete but for its headers, while interceptors look at it. Not
 * thread-safe.
 */
final class PendingJob implements OutgoingJob {

	private final String handler;

	private final String queue;

	private final Map<String, String> given;

	private final Function<Map<String, String>, NewJob> completion;

	private @Nullable Map<String, String> added;

	private boolean isComplete;

	/**
	 * Create a job.
	 * @param handler the name of the handler
	 * @param queue the queue
	 * @param given the headers that it has anyway
	 * @param completion makes the job, with all headers
	 */
	PendingJob(String handler, String queue, Map<String, String> given,
			Function<Map<String, String>, NewJob> completion) {
		this.handler = handler;
		this.queue = queue;
		this.given = given;
		this.completion = completion;
	}

	/**
	 * End the time in which headers can be attached.
	 * @return the job
	 */
	NewJob complete() {
		this.isComplete = true;
		Sizes.checkHeaders((this.added != null) ? this.added : Map.of());
		return this.completion.apply(headers());
	}

	@Override
	public String handler() {
		return this.handler;
	}

	@Override
	public String queue() {
		return this.queue;
	}

	@Override
	public Map<String, String> headers() {
		if (this.added == null) {
			return this.given;
		}
		Map<String, String> headers = new LinkedHashMap<>(this.given);
		headers.putAll(this.added);
		return Collections.unmodifiableMap(headers);
	}

	@Override
	public void header(String name, String value) {
		Assert.state(!this.isComplete,
				() -> "The header '" + name + "' comes too late: attach it before the enqueue proceeds");
		JobNames.requireValidHeader(name, value);
		if (this.added == null) {
			this.added = new LinkedHashMap<>();
		}
		this.added.put(name, value);
	}

	@Override
	public String toString() {
		return "Job for " + this.handler + " (queue: " + this.queue + ")";
	}

}
