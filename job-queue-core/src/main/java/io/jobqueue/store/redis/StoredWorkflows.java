package io.jobqueue.store.redis;

import java.time.Duration;
import java.time.Instant;

import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredTask.Phase;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WorkflowSignal;

/**
 * How workflows, their tasks and what has happened to them are stored: what never changes
 * is kept apart from what does.
 */
final class StoredWorkflows {

	private static final int LONG = 8;

	private static final int INT = 4;

	private static final int SHORT = 2;

	/** An id of a job or workflow. */
	private static final int ID = 7;

	private static final Phase[] PHASES = Phase.values();

	private StoredWorkflows() {
	}

	/**
	 * Write what never changes of a workflow.
	 */
	static byte[] writeContent(StoredWorkflow workflow) {
		Duration timeout = workflow.timeout();
		Writer writer = new Writer().text(workflow.name(), SHORT).number((timeout != null) ? 1 : 0, 1);
		return ((timeout != null) ? writer.number(timeout.toMillis(), LONG) : writer).text(workflow.content())
			.toBytes();
	}

	static StoredWorkflow readWorkflow(long id, byte[] value, byte[] content) {
		Reader changing = new Reader(value);
		long version = changing.number(StoredJob.TIME);
		Instant createdAt = Instant.ofEpochMilli(changing.number(StoredJob.TIME));
		boolean isFinished = changing.number(StoredJob.TIME) > 0;
		String state = changing.text(1);
		Reader lasting = new Reader(content);
		String name = lasting.text(SHORT);
		Duration timeout = (lasting.small(1) != 0) ? Duration.ofMillis(lasting.number(LONG)) : null;
		return new StoredWorkflow(id, name, state, isFinished, version, createdAt, timeout, lasting.text(),
				changing.text());
	}

	/**
	 * Write what never changes of a task.
	 */
	static byte[] writeContent(StoredTask task) {
		return new Writer().text(task.name(), SHORT).text(task.content()).toBytes();
	}

	/**
	 * Write what changes of a task; scripts look at the phase and write the job.
	 */
	static byte[] writeStatus(StoredTask task) {
		JobId job = task.job();
		return new Writer().number(task.phase().name().charAt(0), 1)
			.number((job != null) ? job.value() : 0, ID)
			.text(task.status())
			.toBytes();
	}

	static StoredTask readTask(long workflow, int number, byte[] status, byte[] content) {
		Reader changing = new Reader(status);
		Phase phase = phase(changing.small(1));
		long job = changing.number(ID);
		Reader lasting = new Reader(content);
		return new StoredTask(workflow, number, lasting.text(SHORT), phase, (job != 0) ? JobId.of(job) : null,
				lasting.text(), changing.text());
	}

	private static Phase phase(int letter) {
		for (Phase phase : PHASES) {
			if (phase.name().charAt(0) == letter) {
				return phase;
			}
		}
		throw new IllegalStateException("Unknown phase " + letter);
	}

	/**
	 * Read what has happened to a workflow.
	 * @param position where it is
	 * @param queue the number of the queue that it is in
	 * @param value what a script wrote
	 */
	static WorkflowSignal readSignal(String position, int queue, byte[] value) {
		Reader reader = new Reader(value);
		if (reader.small(1) == 'P') {
			return new WorkflowSignal(position, reader.number(ID), null, reader.text());
		}
		Instant at = Instant.ofEpochMilli(reader.number(StoredJob.TIME));
		long number = reader.number(StoredJob.TIME);
		int origin = reader.small(SHORT);
		JobId job = JobNumbers.id(number, (origin < JobNumbers.MAX_QUEUES) ? origin : queue);
		JobState state = state(reader.small(1));
		TaskRef task = TaskRef.parse(reader.text(1));
		String result = null;
		String failureType = null;
		String failureMessage = null;
		if (reader.hasNext() && state == JobState.SUCCEEDED) {
			result = reader.text();
		}
		else if (reader.hasNext()) {
			failureType = reader.text(INT);
			failureMessage = (reader.small(1) != 0) ? reader.text(INT) : null;
		}
		return new WorkflowSignal(position, task.workflow(),
				new WorkflowSignal.End(task.number(), job, state, result, failureType, failureMessage, at), null);
	}

	private static JobState state(int letter) {
		return switch (letter) {
			case 'S' -> JobState.SUCCEEDED;
			case 'F' -> JobState.FAILED;
			default -> JobState.CANCELLED;
		};
	}

}
