package io.jobqueue.test.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobDeadline;
import io.jobqueue.JobLimits;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.UniqueKey;

/**
 * A job to be enqueued by a test that names only what matters to it. Immutable.
 *
 * @param job the job so far
 */
record JobDraft(NewJob job) {

	static final JobDraft DEFAULT = new JobDraft(
			new NewJob("test.run", StoreContract.QUEUE, 0, 3, "[]", Map.of(), null, null, null, null));

	JobDraft handler(String handler) {
		return new JobDraft(new NewJob(handler, this.job.queue(), this.job.priority(), this.job.maxAttempts(),
				this.job.arguments(), this.job.headers(), this.job.delay(), this.job.runAt(), this.job.timeout(),
				this.job.backoff(), this.job.limits(), this.job.unique(), this.job.deadline()));
	}

	JobDraft queue(String queue) {
		return new JobDraft(new NewJob(this.job.handler(), queue, this.job.priority(), this.job.maxAttempts(),
				this.job.arguments(), this.job.headers(), this.job.delay(), this.job.runAt(), this.job.timeout(),
				this.job.backoff(), this.job.limits(), this.job.unique(), this.job.deadline()));
	}

	JobDraft priority(int priority) {
		return new JobDraft(new NewJob(this.job.handler(), this.job.queue(), priority, this.job.maxAttempts(),
				this.job.arguments(), this.job.headers(), this.job.delay(), this.job.runAt(), this.job.timeout(),
				this.job.backoff(), this.job.limits(), this.job.unique(), this.job.deadline()));
	}

	JobDraft arguments(String arguments) {
		return new JobDraft(new NewJob(this.job.handler(), this.job.queue(), this.job.priority(),
				this.job.maxAttempts(), arguments, this.job.headers(), this.job.delay(), this.job.runAt(),
				this.job.timeout(), this.job.backoff(), this.job.limits(), this.job.unique(), this.job.deadline()));
	}

	JobDraft headers(Map<String, String> headers) {
		return new JobDraft(new NewJob(this.job.handler(), this.job.queue(), this.job.priority(),
				this.job.maxAttempts(), this.job.arguments(), headers, this.job.delay(), this.job.runAt(),
				this.job.timeout(), this.job.backoff(), this.job.limits(), this.job.unique(), this.job.deadline()));
	}

	JobDraft delay(Duration delay) {
		return new JobDraft(new NewJob(this.job.handler(), this.job.queue(), this.job.priority(),
				this.job.maxAttempts(), this.job.arguments(), this.job.headers(), delay, null, this.job.timeout(),
				this.job.backoff(), this.job.limits(), this.job.unique(), this.job.deadline()));
	}

	JobDraft runAt(Instant runAt) {
		return new JobDraft(new NewJob(this.job.handler(), this.job.queue(), this.job.priority(),
				this.job.maxAttempts(), this.job.arguments(), this.job.headers(), null, runAt, this.job.timeout(),
				this.job.backoff(), this.job.limits(), this.job.unique(), this.job.deadline()));
	}

	JobDraft deadline(JobDeadline deadline) {
		return new JobDraft(new NewJob(this.job.handler(), this.job.queue(), this.job.priority(),
				this.job.maxAttempts(), this.job.arguments(), this.job.headers(), this.job.delay(), this.job.runAt(),
				this.job.timeout(), this.job.backoff(), this.job.limits(), this.job.unique(), deadline));
	}

	JobDraft attempts(int maxAttempts, @Nullable Duration timeout, @Nullable String backoff) {
		return new JobDraft(new NewJob(this.job.handler(), this.job.queue(), this.job.priority(), maxAttempts,
				this.job.arguments(), this.job.headers(), this.job.delay(), this.job.runAt(), timeout, backoff,
				this.job.limits(), this.job.unique(), this.job.deadline()));
	}

	/**
	 * Make it unique; to be said last.
	 */
	JobDraft unique(UniqueKey unique) {
		return new JobDraft(new NewJob(this.job.handler(), this.job.queue(), this.job.priority(),
				this.job.maxAttempts(), this.job.arguments(), this.job.headers(), this.job.delay(), this.job.runAt(),
				this.job.timeout(), this.job.backoff(), this.job.limits(), unique, this.job.deadline()));
	}

	JobDraft limits(JobLimits limits) {
		return new JobDraft(new NewJob(this.job.handler(), this.job.queue(), this.job.priority(),
				this.job.maxAttempts(), this.job.arguments(), this.job.headers(), this.job.delay(), this.job.runAt(),
				this.job.timeout(), this.job.backoff(), limits, this.job.unique(), this.job.deadline()));
	}

}
