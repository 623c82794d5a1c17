package io.jobqueue.autoconfigure.endpoint;

/**
 * What somebody asks {@link JobQueueEndpoint} for does not exist.
 */
@SuppressWarnings("serial")
final class NotThereException extends RuntimeException {

	/**
	 * Create an exception for a path.
	 */
	NotThereException() {
		this("There is nothing here. See the documentation of the endpoint for its paths");
	}

	/**
	 * Create an exception.
	 * @param message what does not exist
	 */
	NotThereException(String message) {
		super(message);
	}

}
