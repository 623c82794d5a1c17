package io.jobqueue;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
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

	/**
	 * Create a template.
	 * @param enqueuer where the jobs go
	 */
	public JobTemplate(JobEnqueuer enqueuer) {
		Assert.notNull(enqueuer, "'enqueuer' must not be null");
		this.enqueuer = enqueuer;
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

}
