package io.jobqueue.observation;

/**
 * The {@link JobProcessObservationConvention} that is used unless there is another one.
 *
 * @since 0.1.0
 */
public final class DefaultJobProcessObservationConvention implements JobProcessObservationConvention {

	static final DefaultJobProcessObservationConvention INSTANCE = new DefaultJobProcessObservationConvention();

}
