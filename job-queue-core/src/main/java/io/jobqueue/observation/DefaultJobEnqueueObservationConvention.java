package io.jobqueue.observation;

/**
 * The {@link JobEnqueueObservationConvention} that is used unless there is another one.
 *
 * @since 0.1.0
 */
public final class DefaultJobEnqueueObservationConvention implements JobEnqueueObservationConvention {

	static final DefaultJobEnqueueObservationConvention INSTANCE = new DefaultJobEnqueueObservationConvention();

}
