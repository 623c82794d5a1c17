package io.jobqueue.slf4j;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import org.springframework.util.ClassUtils;

import io.jobqueue.JobContext;

/**
 * Puts the job that a thread runs into the mapped diagnostic context (MDC) of SLF4J, if
 * there is SLF4J, so that each line which is logged meanwhile can show it. To be entered
 * and left on the same thread.
 *
 * @since 0.1.0
 */
public final class JobMdc {

	/** The id of the job. */
	public static final String JOB_ID = "jobId";

	/** The name of its handler. */
	public static final String JOB_NAME = "jobName";

	/** The queue it came from. */
	public static final String QUEUE = "queue";

	/** The attempt, from 1. */
	public static final String ATTEMPT = "attempt";

	private static final boolean IS_PRESENT = ClassUtils.isPresent("org.slf4j.MDC", JobMdc.class.getClassLoader());

	private JobMdc() {
	}

	/**
	 * Add a job.
	 * @param job the job
	 * @return what to {@link #leave(Map) leave} with
	 */
	public static @Nullable Map<String, String> enter(JobContext job) {
		if (!IS_PRESENT) {
			return null;
		}
		Map<String, String> before = MDC.getCopyOfContextMap();
		MDC.put(JOB_ID, job.id().toString());
		MDC.put(JOB_NAME, job.name());
		MDC.put(QUEUE, job.queue());
		MDC.put(ATTEMPT, Integer.toString(job.attempt()));
		return before;
	}

	/**
	 * Restore what was there, whatever the handler has added and forgotten.
	 * @param before what {@link #enter(JobContext)} has returned
	 */
	public static void leave(@Nullable Map<String, String> before) {
		if (!IS_PRESENT) {
			return;
		}
		if (before == null || before.isEmpty()) {
			MDC.clear();
		}
		else {
			MDC.setContextMap(before);
		}
	}

}
