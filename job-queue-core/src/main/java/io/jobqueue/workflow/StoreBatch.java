package io.jobqueue.workflow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

import org.springframework.util.Assert;

import io.jobqueue.JobOperations;
import io.jobqueue.JobRequest;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.internal.AfterCommit;

/**
 * A batch in its store.
 */
final class StoreBatch implements Batch {

	private final WorkflowId id;

	private final WorkflowRecords records;

	private final TaskJobs jobs;

	private final WorkflowRunner runner;

	/** Whether this was opened here, and not found. */
	private final boolean isNew;

	StoreBatch(WorkflowId id, WorkflowRecords records, TaskJobs jobs, WorkflowRunner runner, boolean isNew) {
		this.id = id;
		this.records = records;
		this.jobs = jobs;
		this.runner = runner;
		this.isNew = isNew;
	}

	@Override
	public WorkflowId id() {
		return this.id;
	}

	@Override
	public void add(Stream<JobRequest> requests) {
		Assert.state(isRunning(), () -> "Batch " + this.id + " has ended: open another one for more jobs");
		TaskRef member = new TaskRef(this.id.value(), TaskRef.MEMBER);
		List<NewJob> chunk = new ArrayList<>();
		try (requests) {
			for (Iterator<JobRequest> all = requests.iterator(); all.hasNext();) {
				NewJob job = this.jobs.prepare(all.next());
				chunk.add(job.withHeaders(member.addTo(job.headers())));
				if (chunk.size() == JobOperations.CHUNK_SIZE || !all.hasNext()) {
					this.jobs.send(List.copyOf(chunk), (complete) -> this.records.enqueue(this.id.value(), complete,
							new BatchNews(complete.size(), false).toString()));
					chunk.clear();
				}
			}
		}
	}

	private boolean isRunning() {
		try {
			return Head.find(this.records, this.id).isRunning();
		}
		catch (WorkflowNotFoundException ex) {
			// Sent after the commit only, if it was opened in this transaction.
			if (this.isNew && AfterCommit.isInTransaction()) {
				return true;
			}
			throw ex;
		}
	}

	@Override
	public void close() {
		this.records.post(this.id.value(), new BatchNews(0, true).toString());
	}

	@Override
	public BatchStatus status() {
		return Head.find(this.records, this.id).toBatchStatus();
	}

	@Override
	public BatchStatus await(Duration timeout) {
		return this.runner.await(this.id, timeout).toBatchStatus();
	}

	@Override
	public String toString() {
		return "Batch " + this.id;
	}

}
