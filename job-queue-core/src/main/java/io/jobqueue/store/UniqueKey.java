package io.jobqueue.store;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.jobqueue.OnDuplicate;
import io.jobqueue.UniqueScope;

/**
 * The unique key of a job as a store keeps it, beside handler and queue.
 *
 * @param value the key, at most 257 characters without the character 0
 * @param scope for how long the job holds it
 * @param duration the time of {@link UniqueScope#FOR_DURATION}, otherwise {@code null}
 * @param onDuplicate what to do if another job holds it
 * @since 0.1.0
 */
public record UniqueKey(String value, UniqueScope scope, @Nullable Duration duration, OnDuplicate onDuplicate) {

	@Override
	public String toString() {
		return "UniqueKey (" + this.scope + ", " + this.onDuplicate + ")";
	}

}
