package io.jobqueue.recurring;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.util.ClassUtils;

import io.jobqueue.JobStoreException;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.RecurringDefinition;
import io.jobqueue.store.RecurringDefinitions;
import io.jobqueue.store.Retention;
import io.jobqueue.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RecurringScheduler}.
 */
class RecurringSchedulerTests {

	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private static final Recurrence EVERY_SECOND = Recurrence.every(Duration.ofSeconds(1));

	private final MemoryJobStore memory = new MemoryJobStore(Clock.systemUTC(), Retention.DEFAULT);

	private final AtomicBoolean isDown = new AtomicBoolean();

	private final AtomicInteger calls = new AtomicInteger();

	private final RecurringScheduler scheduler = new RecurringScheduler(store(), () -> Map.of("report", EVERY_SECOND),
			(handler) -> Simulation.JOB, "shop", true);

	@AfterEach
	void stop() {
		this.scheduler.stop();
	}

	@Test
	void firesUntilItIsStoppedAndAfterItIsStartedAgain() {
		this.scheduler.start();
		this.scheduler.start();
		assertThat(this.scheduler.isRunning()).isTrue();
		awaitJobs(1);
		this.scheduler.stop();
		this.scheduler.stop();
		assertThat(this.scheduler.isRunning()).isFalse();
		int fired = jobs();
		this.scheduler.start();
		awaitJobs(fired + 1);
	}

	@Test
	void startsWithoutAnAnsweringStoreAndSurvivesItsOutages() {
		this.isDown.set(true);
		this.scheduler.start();
		await().atMost(PATIENCE).until(() -> this.calls.get() > 2);
		this.isDown.set(false);
		awaitJobs(1);
		this.isDown.set(true);
		int before = this.calls.get();
		await().atMost(PATIENCE).until(() -> this.calls.get() > before + 2);
		this.isDown.set(false);
		awaitJobs(jobs() + 1);
	}

	@Test
	void unreadableDefinitionDoesNotStopTheOthers() {
		this.memory.recurring()
			.create(new RecurringDefinition("unreadable", "default", 1, Clock.systemUTC().instant().minusSeconds(9),
					null, null, null, "{\"later\":\"release\"}"));
		this.scheduler.start();
		awaitJobs(2);
		assertThat(this.memory.recurring().find("unreadable")).isPresent();
	}

	private void awaitJobs(int count) {
		await().atMost(PATIENCE).until(() -> jobs() >= count);
	}

	private int jobs() {
		return (int) this.memory.admin().countByState().values().stream().mapToLong(Long::longValue).sum();
	}

	/**
	 * Return the store, of which one can see when it is asked, and that does not answer
	 * at times.
	 */
	private JobStore store() {
		RecurringDefinitions definitions = (RecurringDefinitions) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { RecurringDefinitions.class }, (proxy, method, arguments) -> {
					this.calls.incrementAndGet();
					if (this.isDown.get()) {
						throw new JobStoreException("No answer", null);
					}
					return call(() -> method.invoke(this.memory.recurring(), arguments));
				});
		return (JobStore) Proxy.newProxyInstance(getClass().getClassLoader(), ClassUtils.getAllInterfaces(this.memory),
				(proxy, method, arguments) -> method.getName().equals("recurring") ? definitions
						: call(() -> method.invoke(this.memory, arguments)));
	}

	private static @Nullable Object call(ReflectiveCall call) throws Throwable {
		try {
			return call.run();
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	/**
	 * A call of the store.
	 */
	@FunctionalInterface
	private interface ReflectiveCall {

		@Nullable Object run() throws ReflectiveOperationException;

	}

}
