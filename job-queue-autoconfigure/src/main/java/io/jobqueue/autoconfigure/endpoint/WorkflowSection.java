package io.jobqueue.autoconfigure.endpoint;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.util.StringUtils;

import io.jobqueue.store.JobStore;
import io.jobqueue.store.WorkflowStore;
import io.jobqueue.workflow.Batch;
import io.jobqueue.workflow.WorkflowHandle;
import io.jobqueue.workflow.WorkflowId;
import io.jobqueue.workflow.WorkflowNotFoundException;
import io.jobqueue.workflow.WorkflowState;
import io.jobqueue.workflow.Workflows;

/**
 * What {@link JobQueueEndpoint} can do with workflows and batches. Everything it is asked
 * for is text, so that what is wrong with it can be said. Each answer is bounded, however
 * large the workflow is.
 */
final class WorkflowSection {

	/** How many tasks of a workflow are shown. */
	static final int MAX_TASKS = 500;

	private final JobStore store;

	private final Workflows workflows;

	WorkflowSection(JobStore store, Workflows workflows) {
		this.store = store;
		this.workflows = workflows;
	}

	private Workflows workflows() {
		if (this.store instanceof WorkflowStore) {
			return this.workflows;
		}
		throw new NotThereException("There are no workflows: the store does not keep any");
	}

	/**
	 * Return a page.
	 * @param state the name of a state, or {@code null} for any
	 * @param before the id that all are smaller than, or {@code null}
	 * @param limit the size of the page, or {@code null} for the usual one
	 * @param usualLimit the size of the page if none is asked for
	 */
	WorkflowDescriptors.Workflows page(@Nullable String state, @Nullable String before, @Nullable String limit,
			int usualLimit) {
		Integer asked = JobQuery.limit(limit);
		int size = (asked != null) ? asked : usualLimit;
		return WorkflowDescriptors.Workflows
			.of(workflows().list(state(state), StringUtils.hasText(before) ? id(before) : null, size), size);
	}

	private static @Nullable WorkflowState state(@Nullable String text) {
		if (!StringUtils.hasText(text)) {
			return null;
		}
		try {
			return WorkflowState.valueOf(text.strip().toUpperCase(Locale.ROOT));
		}
		catch (IllegalArgumentException ex) {
			throw JobQuery
				.invalid("Not a state of a workflow: '" + text + "'. Name one of " + List.of(WorkflowState.values()));
		}
	}

	private static WorkflowId id(String text) {
		try {
			return WorkflowId.parse(text);
		}
		catch (IllegalArgumentException ex) {
			throw JobQuery.invalid("Not a workflow id: '" + text + "'. A workflow id is a whole number other than 0");
		}
	}

	/**
	 * Return a workflow with its tasks, or a batch with its counts.
	 */
	OperationResponseBody one(String text) {
		WorkflowId id = id(text);
		Optional<WorkflowHandle> workflow = workflows().find(id);
		if (workflow.isPresent()) {
			return WorkflowDescriptors.WorkflowDetail.of(workflow.get().status(), workflow.get().tasks(MAX_TASKS));
		}
		return WorkflowDescriptors.BatchDetail.of(batch(id).status());
	}

	private Batch batch(WorkflowId id) {
		return workflows().findBatch(id).orElseThrow(() -> new WorkflowNotFoundException(id));
	}

	/**
	 * Act on a workflow.
	 * @throws WorkflowNotFoundException if there is neither a workflow nor a batch with
	 * that id
	 */
	WorkflowDescriptors.WorkflowChange change(String text, Consumer<WorkflowHandle> action) {
		WorkflowId id = id(text);
		WorkflowHandle workflow = workflows().find(id).orElseThrow(() -> {
			batch(id);
			return JobQuery
				.invalid(id + " is a batch: its jobs can be cancelled and retried, but it cannot be as a whole");
		});
		action.accept(workflow);
		return new WorkflowDescriptors.WorkflowChange(id.value(), workflow.status().state());
	}

}
