package io.jobqueue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The {@link JobOperations} that applications inject. Thread-safe.
 *
 * @since 0.1.0
 */
public final class JobTemplate implements JobOperations {

	private final JobEnqueuer enqueuer;

	private final @Nullable JobAwaiter awaiter;

	/**
	 * Create a template that cannot wait for jobs.
	 * @param enqueuer where the jobs go
	 */
	public JobTemplate(JobEnqueuer enqueuer) {
		this(enqueuer, null);
	}

	/**
	 * Create a template.
	 * @param enqueuer where the jobs go
	 * @param awaiter waits for the end of jobs, or {@code null} if nothing can
	 */
	public JobTemplate(JobEnqueuer enqueuer, @Nullable JobAwaiter awaiter) {
		Assert.notNull(enqueuer, "'enqueuer' must not be null");
		this.enqueuer = enqueuer;
		this.awaiter = awaiter;
	}

	@Override
	public JobSpec job(JobTarget target, @Nullable Object... arguments) {
		return new JobSpec(target, arguments, (request) -> this.enqueuer.enqueue(List.of(request)).get(0));
	}

	@Override
	public List<JobId> enqueueAll(Stream<JobRequest> requests) {
		JobIds ids = new JobIds();
		enqueueAll(requests, ids::append);
		return ids;
	}

	@Override
	public void enqueueAll(Stream<JobRequest> requests, Consumer<? super EnqueueResult> results) {
		try (requests) {
			List<JobRequest> chunk = new ArrayList<>(CHUNK_SIZE);
			for (Iterator<JobRequest> all = requests.iterator(); all.hasNext();) {
				chunk.add(all.next());
				if (chunk.size() == CHUNK_SIZE || !all.hasNext()) {
					this.enqueuer.enqueue(List.copyOf(chunk)).forEach(results);
					chunk.clear();
				}
			}
		}
	}

	@Override
	public JobResult await(JobId id, Duration timeout) {
		return awaiter().await(id, timeout);
	}

	@Override
	public CompletableFuture<JobResult> future(JobId id) {
		return awaiter().future(id);
	}

	private JobAwaiter awaiter() {
		Assert.state(this.awaiter != null, "This JobTemplate cannot wait for jobs: create it with a JobAwaiter");
		return this.awaiter;
	}

}
