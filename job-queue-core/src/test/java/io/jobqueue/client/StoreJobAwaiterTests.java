package io.jobqueue.client;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.jobqueue.JobAwaitTimeoutException;
import io.jobqueue.JobId;
import io.jobqueue.JobNotFoundException;
import io.jobqueue.JobTemplate;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.Retention;
import io.jobqueue.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link StoreJobAwaiter}: what needs no worker. The rest is in the contract
 * suite.
 */
class StoreJobAwaiterTests {

	private static final JobId UNKNOWN = JobId.of(42);

	private final MemoryJobStore store = new MemoryJobStore(Clock.systemUTC(), Retention.DEFAULT);

	private final StoreJobAwaiter awaiter = new StoreJobAwaiter(this.store,
			new JacksonJobSerializer(JsonMapper.shared()));

	@AfterEach
	void close() {
		this.awaiter.close();
	}

	@Test
	void waitInATransactionForAJobThatIsNotThereTellsOfTheTransaction() {
		TransactionSynchronizationManager.setActualTransactionActive(true);
		try {
			assertThatExceptionOfType(JobNotFoundException.class)
				.isThrownBy(() -> this.awaiter.await(UNKNOWN, Duration.ofMinutes(1)))
				.withMessageContainingAll("42 yet", "a transaction of this thread is open", "after the commit");
		}
		finally {
			TransactionSynchronizationManager.clear();
		}
		assertThatExceptionOfType(JobNotFoundException.class)
			.isThrownBy(() -> this.awaiter.await(UNKNOWN, Duration.ofMinutes(1)))
			.withMessageContaining("There is no job with id 42: it was deleted");
	}

	@Test
	void timeoutMustBePositive() {
		for (Duration timeout : List.of(Duration.ZERO, Duration.ofMillis(-1))) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.awaiter.await(UNKNOWN, timeout))
				.withMessage("'timeout' must be more than zero");
		}
	}

	@Test
	void endlessTimeoutIsAccepted() {
		assertThatExceptionOfType(JobNotFoundException.class)
			.isThrownBy(() -> this.awaiter.await(UNKNOWN, Duration.ofSeconds(Long.MAX_VALUE)));
	}

	@Test
	void interruptEndsTheWait() {
		JobId id = enqueue();
		Thread.currentThread().interrupt();
		assertThatIllegalStateException().isThrownBy(() -> this.awaiter.await(id, Duration.ofMinutes(1)))
			.withMessageContaining("Interrupted while waiting for the end of job " + id);
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void applicationThatStopsEndsTheWait() {
		JobId id = enqueue();
		new SimpleAsyncTaskExecutor().execute(() -> {
			// Hangs on to it until it is closed.
			this.awaiter.future(id);
			this.awaiter.close();
		});
		assertThatIllegalStateException().isThrownBy(() -> this.awaiter.await(id, Duration.ofMinutes(1)))
			.withMessageContaining("The application stops");
	}

	@Test
	void manyTimeoutsLeaveNothingBehind() {
		JobId id = enqueue();
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(JobAwaitTimeoutException.class)
				.isThrownBy(() -> this.awaiter.await(id, Duration.ofMillis(1)));
		}
		this.awaiter.future(id).cancel(false);
		assertThat(this.awaiter).extracting("waits.entries").isEqualTo(Map.of());
	}

	@Test
	void templateWithoutAwaiterSaysSo() {
		JobTemplate template = new JobTemplate((requests) -> List.of());
		assertThatIllegalStateException().isThrownBy(() -> template.future(UNKNOWN))
			.withMessageContaining("create it with a JobAwaiter");
	}

	private JobId enqueue() {
		return this.store.enqueue(List.of(new NewJob("any", "default", 0, 1, "[]", Map.of(), null, null, null, null)))
			.get(0);
	}

}
