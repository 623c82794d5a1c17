package io.jobqueue.test.store;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.jobqueue.EnqueueResult;
import io.jobqueue.EnqueueResult.Kind;
import io.jobqueue.JobId;
import io.jobqueue.OnDuplicate;
import io.jobqueue.UniqueScope;
import io.jobqueue.store.UniqueKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Unique jobs, of which one at a time holds a key.
 */
abstract class UniqueStoreContract extends StoreContract {

	static final Duration HOUR = Duration.ofHours(1);

	static final JobDraft WAITING = unique(DRAFT, UniqueScope.WHILE_WAITING, OnDuplicate.SKIP);

	static final JobDraft UNFINISHED = unique(DRAFT, UniqueScope.UNTIL_FINISHED, OnDuplicate.SKIP);

	static final JobDraft HOURLY = unique(DRAFT, UniqueScope.FOR_DURATION, OnDuplicate.SKIP);

	static JobDraft unique(JobDraft draft, UniqueScope scope, OnDuplicate onDuplicate) {
		return unique("=key", draft, scope, onDuplicate);
	}

	static JobDraft unique(String key, JobDraft draft, UniqueScope scope, OnDuplicate onDuplicate) {
		return draft.unique(new UniqueKey(key, scope, durationOf(scope), onDuplicate));
	}

	static @Nullable Duration durationOf(UniqueScope scope) {
		return (scope == UniqueScope.FOR_DURATION) ? HOUR : null;
	}

	EnqueueResult submit(JobDraft draft) {
		return this.store.enqueueUnique(List.of(draft.job())).get(0);
	}

	void assertFree(JobDraft draft) {
		assertThat(submit(draft).kind()).isEqualTo(Kind.ENQUEUED);
	}

	void assertHeldBy(JobId holder, JobDraft draft) {
		assertThat(submit(draft)).isEqualTo(new EnqueueResult(holder, Kind.SKIPPED));
	}

	long jobs() {
		return this.store.admin().countByState().values().stream().mapToLong(Long::longValue).sum();
	}

}
