package io.jobqueue.workflow;

import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.JobContext;
import io.jobqueue.JobRequest;
import io.jobqueue.handler.ParameterSource;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WorkflowStore;

/**
 * Supplies {@link WorkflowContext}, {@link TaskResult} and {@link BatchResult} to
 * handlers. Thread-safe.
 *
 * @since 0.1.0
 */
public final class WorkflowParameters implements ParameterSource {

	private final JobStore store;

	private final JobSerializer serializer;

	private final Supplier<Function<JobRequest, NewJob>> preparation;

	/**
	 * Create a source.
	 * @param store where the workflows are
	 * @param serializer reads results
	 * @param preparation supplies what completes and checks a job without enqueueing it
	 */
	public WorkflowParameters(JobStore store, JobSerializer serializer,
			Supplier<Function<JobRequest, NewJob>> preparation) {
		this.store = store;
		this.serializer = serializer;
		this.preparation = preparation;
	}

	@Override
	public boolean supports(Parameter parameter) {
		return parameter.isAnnotationPresent(TaskResult.class) || parameter.getType() == WorkflowContext.class
				|| parameter.getType() == BatchResult.class;
	}

	@Override
	public Values open(JobContext context) {
		return new AttemptValues(context);
	}

	/**
	 * The values of one attempt, which share what was read.
	 */
	private final class AttemptValues implements Values {

		private final JobContext context;

		private @Nullable StoreWorkflowContext workflow;

		AttemptValues(JobContext context) {
			this.context = context;
		}

		@Override
		public @Nullable Object get(Parameter parameter, Type type) {
			if (parameter.getType() == BatchResult.class) {
				return batchResult();
			}
			StoreWorkflowContext found = this.workflow;
			if (found == null) {
				found = openWorkflow();
				this.workflow = found;
			}
			TaskResult task = parameter.getAnnotation(TaskResult.class);
			return (task != null) ? found.read(task.value(), type) : found;
		}

		private BatchResult batchResult() {
			BatchResult result = BatchResult.of(this.context.headers());
			Assert.state(result != null, () -> describe() + " was not called back by a batch, so there is no"
					+ " BatchResult for it: name it in Workflows.batch(..)");
			return result;
		}

		private StoreWorkflowContext openWorkflow() {
			TaskRef ref = TaskRef.of(this.context.headers());
			Assert.state(ref != null && ref.number() != TaskRef.MEMBER,
					() -> describe()
							+ " is no task of a workflow, so there is no WorkflowContext and no @TaskResult for"
							+ " it: start it by Workflows.define(..)");
			return new StoreWorkflowContext(ref, ((WorkflowStore) WorkflowParameters.this.store).workflows(),
					WorkflowParameters.this.serializer, WorkflowParameters.this.preparation.get());
		}

		private String describe() {
			return "Job " + this.context.id() + " (handler: " + this.context.name() + ")";
		}

	}

}
