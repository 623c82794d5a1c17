package io.jobqueue.sample;

/**
 * A mail server did not take a mail. Without a stack trace: where it was thrown says
 * nothing about why.
 */
@SuppressWarnings("serial")
final class MailRefusedException extends RuntimeException {

	MailRefusedException(String answer) {
		super(answer, null, false, false);
	}

}
