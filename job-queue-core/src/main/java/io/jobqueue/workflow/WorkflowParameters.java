package io.jobqueue.workflow;

import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobContext;
import io.jobqueue.handler.ParameterSource;

/**
 * Supplies {@link WorkflowContext}, {@link TaskResult} and {@link BatchResult} to
 * handlers. Thread-safe.
 *
 * @since 0.1.0
 */
public final class WorkflowParameters implements ParameterSource {

	private final Supplier<StoreWorkflows> workflows;

	/**
	 * Create a source.
	 * @param workflows supplies the workflows, asked when a handler needs them
	 */
	public WorkflowParameters(Supplier<StoreWorkflows> workflows) {
		this.workflows = workflows;
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
				return WorkflowParameters.this.workflows.get().batchResult(this.context);
			}
			StoreWorkflowContext found = this.workflow;
			if (found == null) {
				found = WorkflowParameters.this.workflows.get().context(this.context);
				this.workflow = found;
			}
			TaskResult task = parameter.getAnnotation(TaskResult.class);
			return (task != null) ? found.read(task.value(), type) : found;
		}

	}

}
