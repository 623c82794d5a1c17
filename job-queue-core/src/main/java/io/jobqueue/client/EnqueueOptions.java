package io.jobqueue.client;

import org.springframework.util.Assert;

import io.jobqueue.JobRequest;

/**
 * What applies to all enqueues of an application.
 *
 * @param maxAttempts number of attempts of a job if neither the enqueue nor its handler
 * says otherwise, from 1 to {@value JobRequest#MAX_ATTEMPTS}
 * @param maxArgumentBytes greatest size of the arguments of a job as JSON in UTF-8, in
 * bytes, at least 2
 * @param unknownHandlers what to do with an enqueue for a handler that this application
 * does not have
 * @since 0.1.0
 */
public record EnqueueOptions(int maxAttempts, int maxArgumentBytes, UnknownHandlers unknownHandlers) {

	/**
	 * What is used unless something else is configured: 10 attempts, 1 MiB, unknown
	 * handlers rejected.
	 */
	public static final EnqueueOptions DEFAULT = new EnqueueOptions(10, 1024 * 1024, UnknownHandlers.REJECT);

	/**
	 * Create options.
	 */
	public EnqueueOptions {
		Assert.isTrue(maxAttempts >= 1 && maxAttempts <= JobRequest.MAX_ATTEMPTS,
				() -> "'maxAttempts' must be from 1 to " + JobRequest.MAX_ATTEMPTS + ", not " + maxAttempts);
		Assert.isTrue(maxArgumentBytes >= 2, () -> "'maxArgumentBytes' must be at least 2, not " + maxArgumentBytes);
		Assert.notNull(unknownHandlers, "'unknownHandlers' must not be null");
	}

}
