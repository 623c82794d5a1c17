package io.jobqueue.worker;

/**
 * Why a running job was told to stop.
 */
enum StopReason {

	/** Its attempt took too long. */
	TIMEOUT,

	/** Somebody cancelled it. */
	CANCELLED,

	/** This worker stops. */
	SHUTDOWN,

	/** This node could not renew its lease in time. */
	LAPSE

}
