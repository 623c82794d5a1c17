package io.jobqueue.workflow;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.jobqueue.handler.Injected;
import io.jobqueue.store.NewJob;

/**
 * How a batch ended, for a job that it calls back: a parameter of this type gets it.
 *
 * @param id the batch
 * @param jobs how many jobs it had
 * @param succeeded how many of them have succeeded
 * @param failed how many of them have failed for good
 * @param cancelled how many of them were cancelled or deleted
 * @since 0.1.0
 */
@Injected
public record BatchResult(WorkflowId id, int jobs, int succeeded, int failed, int cancelled) {

	private static final String HEADER = "job-queue.batch";

	private static final String SEPARATOR = ":";

	static BatchResult of(BatchStatus status) {
		return new BatchResult(status.id(), status.jobs(), status.succeeded(), status.failed(), status.cancelled());
	}

	static @Nullable BatchResult of(Map<String, String> headers) {
		String text = headers.get(HEADER);
		if (text == null) {
			return null;
		}
		String[] parts = text.split(SEPARATOR);
		return new BatchResult(WorkflowId.parse(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]),
				Integer.parseInt(parts[3]), Integer.parseInt(parts[4]));
	}

	NewJob addTo(NewJob job) {
		Map<String, String> headers = new LinkedHashMap<>(job.headers());
		headers.put(HEADER, this.id + SEPARATOR + this.jobs + SEPARATOR + this.succeeded + SEPARATOR + this.failed
				+ SEPARATOR + this.cancelled);
		return job.withHeaders(headers);
	}

}
