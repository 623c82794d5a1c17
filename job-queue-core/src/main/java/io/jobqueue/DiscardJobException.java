package io.jobqueue;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a handler to say: this job makes no sense any more, do not run it again. The
 * job ends as {@link JobState#CANCELLED} with the reason kept.
 *
 * @since 0.1.0
 */
@SuppressWarnings("serial")
public final class DiscardJobException extends RuntimeException {

	/**
	 * Create an instruction to discard.
	 * @param reason why; recorded with the job, so it must not contain secrets
	 */
	public DiscardJobException(String reason) {
		this(reason, null);
	}

	/**
	 * Create an instruction to discard that keeps its cause.
	 * @param reason why; recorded with the job, so it must not contain secrets
	 * @param cause what led to it; recorded with the job
	 */
	public DiscardJobException(String reason, @Nullable Throwable cause) {
		super(reason, cause);
	}

}
