package io.jobqueue.store.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.jobqueue.JobId;
import io.jobqueue.store.TaskRef;

/**
 * Who wants to know that jobs have ended. Guarded by the lock of the store.
 */
final class MemoryEndings {

	/** Jobs that somebody waits for, and until when that is to be remembered. */
	private final Map<JobId, Instant> awaited = new HashMap<>();

	private List<JobId> ended = new ArrayList<>();

	private TaskEnd taskEnd = (task, job, now) -> {
	};

	/**
	 * Remember for a while that somebody waits for the end of a job.
	 * @param id the job
	 * @param until until when
	 */
	void await(JobId id, Instant until) {
		this.awaited.put(id, until);
	}

	/**
	 * Set who is told when the job of a task ends or is deleted.
	 * @param end told under the lock
	 */
	void onTaskEnd(TaskEnd end) {
		this.taskEnd = end;
	}

	/**
	 * Tell that a job has ended.
	 * @param job the job
	 * @param now the time
	 * @return whether somebody waits for it
	 */
	boolean tell(MemoryJob job, Instant now) {
		TaskRef task = job.task();
		if (task != null) {
			this.taskEnd.ended(task, job, now);
		}
		return tellWaiting(job);
	}

	private boolean tellWaiting(MemoryJob job) {
		return this.awaited.remove(job.id()) != null && this.ended.add(job.id());
	}

	/**
	 * Tell that a job is removed at the wish of people.
	 * @param job the job
	 * @param now the time
	 */
	void deleted(MemoryJob job, Instant now) {
		if (job.state().isFinished()) {
			tellWaiting(job);
		}
		else {
			tell(job, now);
		}
	}

	/**
	 * Return the jobs that have ended since the last call and that somebody waits for.
	 * @return the jobs
	 */
	List<JobId> take() {
		if (this.ended.isEmpty()) {
			return List.of();
		}
		List<JobId> taken = this.ended;
		this.ended = new ArrayList<>();
		return taken;
	}

	/**
	 * Forget those who must have given up.
	 * @param now the time
	 */
	void prune(Instant now) {
		this.awaited.values().removeIf((until) -> until.isBefore(now));
	}

	/**
	 * Told when the job of a task ends.
	 */
	@FunctionalInterface
	interface TaskEnd {

		/**
		 * A job has ended or was deleted.
		 * @param task the task
		 * @param job the job as it ended, or as it was when it was deleted
		 * @param now the time
		 */
		void ended(TaskRef task, MemoryJob job, Instant now);

	}

}
