package io.jobqueue.store.redis;

import java.time.Instant;

import io.jobqueue.JobId;
import io.jobqueue.store.ClaimedJob;

/**
 * A stored job: what scripts write of it, and its body.
 *
 * @param createdAt time of the enqueue
 * @param runAt time since which it is due
 * @param attempts number of counted attempts
 * @param abandonments how often a node died while it held the job
 * @param body what never changes
 */
record StoredJob(Instant createdAt, Instant runAt, int attempts, int abandonments, JobBody body) {

	static final int TIME = 6;

	static final int ATTEMPTS = 2;

	static StoredJob read(byte[] value) {
		Reader reader = new Reader(value);
		return new StoredJob(Instant.ofEpochMilli(reader.number(TIME)), Instant.ofEpochMilli(reader.number(TIME)),
				reader.small(ATTEMPTS), reader.small(1), JobBody.read(reader));
	}

	ClaimedJob claimed(JobId id, long lease, String queue, boolean isQueueLimited, boolean isExpired) {
		return new ClaimedJob(id, lease, this.body.handler(), queue, this.body.priority(), this.attempts,
				this.body.maxAttempts(), this.abandonments, this.body.arguments(), this.body.headers(), this.createdAt,
				this.runAt, this.body.timeout(), this.body.backoff(), isQueueLimited || this.body.limits() != null,
				isExpired);
	}

}
