package io.jobqueue.client;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.JobNames;
import io.jobqueue.JobRequest;
import io.jobqueue.interceptor.OutgoingJob;

/**
 * A request whose handler has been found, while interceptors look at it. Not thread-safe.
 */
final class PendingJob implements OutgoingJob {

	private final JobRequest request;

	private final ResolvedTarget target;

	private final String queue;

	private @Nullable Map<String, String> added;

	private boolean isComplete;

	PendingJob(JobRequest request, ResolvedTarget target, String queue) {
		this.request = request;
		this.target = target;
		this.queue = queue;
	}

	JobRequest request() {
		return this.request;
	}

	ResolvedTarget target() {
		return this.target;
	}

	/**
	 * End the time in which headers can be attached.
	 * @return all headers
	 */
	Map<String, String> complete() {
		this.isComplete = true;
		Sizes.checkHeaders((this.added != null) ? this.added : Map.of());
		return headers();
	}

	@Override
	public String handler() {
		return this.target.name();
	}

	@Override
	public String queue() {
		return this.queue;
	}

	@Override
	public Map<String, String> headers() {
		if (this.added == null) {
			return this.request.headers();
		}
		Map<String, String> headers = new LinkedHashMap<>(this.request.headers());
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
		return "Job for " + this.target.name() + " (queue: " + this.queue + ")";
	}

}
