package io.jobqueue.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * What is observed of jobs.
 *
 * @since 0.1.0
 */
public enum JobObservation implements ObservationDocumentation {

	/**
	 * An enqueue, from the first interceptor to the answer of the store. A bulk is one
	 * per chunk.
	 */
	ENQUEUE {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultJobEnqueueObservationConvention.class;
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return EnqueueKeys.values();
		}

	},

	/**
	 * An attempt, from the first interceptor to what is reported to the store.
	 */
	PROCESS {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultJobProcessObservationConvention.class;
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return ProcessKeys.values();
		}

	};

	@Override
	public KeyName[] getLowCardinalityKeyNames() {
		return Keys.values();
	}

	@Override
	public String getPrefix() {
		return "jobqueue";
	}

	/**
	 * Keys with few values.
	 */
	public enum Keys implements KeyName {

		/** Name of the handler; {@code none} for an enqueue with several. */
		HANDLER("jobqueue.handler"),

		/** Name of the queue; {@code none} for an enqueue into several. */
		QUEUE("jobqueue.queue"),

		/**
		 * How it ended: {@code success} or {@code failure}; an attempt also
		 * {@code retry}, {@code cancelled}, {@code snoozed} or {@code released};
		 * {@code none} until then.
		 */
		OUTCOME("jobqueue.outcome");

		private final String key;

		Keys(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

	/**
	 * Keys of an enqueue with any number of values.
	 */
	public enum EnqueueKeys implements KeyName {

		/** Id of the job, if it is one and the store has accepted it. */
		ID("jobqueue.job.id"),

		/** Number of jobs, if there are several. */
		COUNT("jobqueue.job.count");

		private final String key;

		EnqueueKeys(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

		@Override
		public boolean isRequired() {
			return false;
		}

	}

	/**
	 * Keys of an attempt with any number of values.
	 */
	public enum ProcessKeys implements KeyName {

		/** Id of the job. */
		ID("jobqueue.job.id"),

		/** Which attempt it is, from 1. */
		ATTEMPT("jobqueue.job.attempt");

		private final String key;

		ProcessKeys(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

}
