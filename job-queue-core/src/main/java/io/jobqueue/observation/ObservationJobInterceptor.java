package io.jobqueue.observation;

import java.util.List;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.util.Assert;

import io.jobqueue.JobContext;
import io.jobqueue.event.JobEvent;
import io.jobqueue.interceptor.JobInterceptor;
import io.jobqueue.interceptor.OutgoingJob;

/**
 * Observes enqueues and attempts. With tracing, the trace of an enqueue travels in the
 * headers of its jobs, and all their attempts continue it.
 * <p>
 * It is outside of other interceptors, so that they run, and log, within the trace. What
 * observation handlers throw changes nothing and is logged.
 *
 * @since 0.1.0
 */
public final class ObservationJobInterceptor implements JobInterceptor, Ordered {

	/**
	 * The order; there is room before it.
	 */
	public static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 1000;

	private final ObservationRegistry registry;

	private final @Nullable JobEnqueueObservationConvention enqueueConvention;

	private final @Nullable JobProcessObservationConvention processConvention;

	/**
	 * Create an interceptor.
	 * @param registry where to register observations
	 * @param enqueueConvention names enqueues, or {@code null} for the default
	 * @param processConvention names attempts, or {@code null} for the default
	 */
	public ObservationJobInterceptor(ObservationRegistry registry,
			@Nullable JobEnqueueObservationConvention enqueueConvention,
			@Nullable JobProcessObservationConvention processConvention) {
		Assert.notNull(registry, "'registry' must not be null");
		this.registry = registry;
		this.enqueueConvention = enqueueConvention;
		this.processConvention = processConvention;
	}

	@Override
	public void aroundEnqueue(List<OutgoingJob> jobs, Enqueue enqueue) {
		if (this.registry.isNoop()) {
			enqueue.proceed();
			return;
		}
		JobEnqueueObservationContext context = new JobEnqueueObservationContext(jobs);
		CarefulScope scope = CarefulScope.open(() -> observation(context));
		try {
			context.setIds(enqueue.proceed());
		}
		catch (RuntimeException | Error ex) {
			scope.error(ex);
			throw ex;
		}
		finally {
			scope.close();
		}
	}

	@Override
	public void aroundAttempt(JobContext job, Attempt attempt) {
		if (this.registry.isNoop()) {
			attempt.proceed();
			return;
		}
		JobProcessObservationContext context = new JobProcessObservationContext(job);
		CarefulScope scope = CarefulScope.open(() -> observation(context));
		try {
			End end = attempt.proceed();
			context.setOutcome(end.type());
			if (end.failure() != null && isFailure(end.type())) {
				scope.error(end.failure());
			}
		}
		finally {
			scope.close();
		}
	}

	private static boolean isFailure(JobEvent.Type type) {
		return type == JobEvent.Type.RETRIED || type == JobEvent.Type.FAILED;
	}

	private Observation observation(JobEnqueueObservationContext context) {
		return JobObservation.ENQUEUE.observation(this.enqueueConvention,
				DefaultJobEnqueueObservationConvention.INSTANCE, () -> context, this.registry);
	}

	private Observation observation(JobProcessObservationContext context) {
		return JobObservation.PROCESS.observation(this.processConvention,
				DefaultJobProcessObservationConvention.INSTANCE, () -> context, this.registry);
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
