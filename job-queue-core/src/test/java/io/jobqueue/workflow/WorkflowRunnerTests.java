package io.jobqueue.workflow;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import org.springframework.util.ClassUtils;

import io.jobqueue.JobStoreException;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.Retention;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.WorkflowChange;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.memory.MemoryJobStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what {@link WorkflowRunner} does when there is nothing to run, nothing to ask
 * or nobody to wait any more. How workflows run is told by the contract of the stores.
 */
class WorkflowRunnerTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Duration OFTEN = Duration.ofMillis(5);

	private final MemoryJobStore memory = new MemoryJobStore(Clock.systemUTC(), Retention.DEFAULT);

	private final AtomicBoolean isDown = new AtomicBoolean();

	private final AtomicInteger failures = new AtomicInteger();

	private final Warnings warnings = new Warnings();

	private final Logger logger = (Logger) LoggerFactory.getLogger(WorkflowRunner.class.getPackageName());

	private WorkflowRunner runner = runner(store());

	@BeforeEach
	void listen() {
		this.warnings.start();
		this.logger.addAppender(this.warnings);
	}

	@AfterEach
	void stop() {
		this.runner.stop();
		this.logger.detachAppender(this.warnings);
	}

	private static WorkflowRunner runner(JobStore store) {
		return new WorkflowRunner(store, List.of(), OFTEN, Duration.ofDays(1), true);
	}

	@Test
	void stopLetsNobodyWait() {
		this.runner.start();
		CompletableFuture<Head> first = this.runner.future(open());
		CompletableFuture<Head> second = this.runner.future(open());
		this.runner.stop();
		assertThat(this.runner.isRunning()).isFalse();
		for (CompletableFuture<Head> future : List.of(first, second)) {
			assertThat(future).isCompletedExceptionally();
			assertThatExceptionOfType(CompletionException.class).isThrownBy(future::join)
				.withCauseInstanceOf(IllegalStateException.class)
				.withMessageContaining("This node stops");
		}
	}

	@Test
	void waitsAgainAfterItIsStartedAgain() {
		WorkflowId id = open();
		this.runner.start();
		this.runner.stop();
		this.runner.stop();
		this.runner.start();
		this.runner.start();
		CompletableFuture<Head> future = this.runner.future(id);
		close(id);
		assertThat(future).succeedsWithin(PATIENCE).returns(WorkflowState.SUCCEEDED, Head::state);
	}

	@Test
	void whoWaitsForWhatDoesNotExistIsToldSo() {
		this.runner.start();
		assertThatExceptionOfType(WorkflowNotFoundException.class)
			.isThrownBy(() -> this.runner.await(WorkflowId.of(4711), PATIENCE))
			.withMessageContaining("4711");
	}

	@Test
	void whoWaitsTooLongIsToldSo() {
		this.runner.start();
		WorkflowId id = open();
		assertThatExceptionOfType(WorkflowAwaitTimeoutException.class)
			.isThrownBy(() -> this.runner.await(id, Duration.ofMillis(1)));
		close(id);
		assertThat(this.runner.await(id, PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED);
	}

	@Test
	void doesNothingOnAStoreThatKeepsNoWorkflows() {
		JobStore plain = (JobStore) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { JobStore.class }, (proxy, method, arguments) -> {
					throw new AssertionError("Nobody asks for " + method.getName());
				});
		this.runner = runner(plain);
		this.runner.start();
		assertThat(this.runner.isRunning()).isFalse();
		assertThat(this.runner.change(WorkflowId.of(4711), (step) -> {
		})).isFalse();
		this.runner.workflowChanged();
		this.runner.stop();
	}

	@Test
	void outageIsLoggedOnceAndWorkGoesOnAfterIt() {
		WorkflowId id = open();
		this.isDown.set(true);
		this.runner.start();
		awaitFailures(3);
		assertThat(this.runner.isRunning()).isTrue();
		assertThat(this.warnings.texts).singleElement()
			.asString()
			.contains("Workflows cannot be brought on at the moment", "No answer");
		this.isDown.set(false);
		CompletableFuture<Head> future = this.runner.future(id);
		close(id);
		assertThat(future).succeedsWithin(PATIENCE).returns(WorkflowState.SUCCEEDED, Head::state);
		int before = this.failures.get();
		this.isDown.set(true);
		awaitFailures(before + 3);
		assertThat(this.warnings.texts).as("once for each outage").hasSize(2);
	}

	@Test
	void workflowThatMakesTroubleHoldsUpNoOther() {
		WorkflowId broken = open();
		// More than are looked at together.
		IntStream.range(0, 2500).forEach((number) -> this.memory.workflows().post(broken.value(), "batch of nonsense"));
		this.runner.start();
		WorkflowId id = open();
		CompletableFuture<Head> future = this.runner.future(id);
		close(id);
		assertThat(future).succeedsWithin(PATIENCE).returns(WorkflowState.SUCCEEDED, Head::state);
		assertThat(this.warnings.texts).isEmpty();
		assertThat(this.warnings.errors).singleElement()
			.asString()
			.contains("workflow " + broken.value(), "others go on");
	}

	@Test
	void stopsDuringAnOutage() {
		this.isDown.set(true);
		this.runner.start();
		CompletableFuture<Head> future = this.runner.future(WorkflowId.of(4711));
		awaitFailures(1);
		this.runner.stop();
		assertThat(future).isCompletedExceptionally();
	}

	private void awaitFailures(int count) {
		await().atMost(PATIENCE).until(() -> this.failures.get() >= count);
	}

	/**
	 * Open a batch without jobs: it ends when it is closed.
	 */
	private WorkflowId open() {
		long id = this.memory.workflows().reserve("default");
		StoredWorkflow batch = Head.create(id, "empty", null, null, null, null, true).toStored();
		this.memory.workflows()
			.create(new WorkflowChange(batch, List.of(), List.of(), Map.of(), Set.of(), Map.of(), List.of()));
		return WorkflowId.of(id);
	}

	private void close(WorkflowId id) {
		this.memory.workflows().post(id.value(), new BatchNews(0, true).toString());
	}

	/**
	 * Return the store in memory, whose records of workflows fail during an outage.
	 */
	private JobStore store() {
		WorkflowRecords records = (WorkflowRecords) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { WorkflowRecords.class }, (proxy, method, arguments) -> {
					if (this.isDown.get()) {
						this.failures.incrementAndGet();
						throw new JobStoreException("No answer", null);
					}
					return invoke(this.memory.workflows(), method, arguments);
				});
		return (JobStore) Proxy.newProxyInstance(getClass().getClassLoader(), ClassUtils.getAllInterfaces(this.memory),
				(proxy, method, arguments) -> method.getName().equals("workflows") ? records
						: invoke(this.memory, method, arguments));
	}

	private static @Nullable Object invoke(Object target, Method method, Object @Nullable [] arguments)
			throws Throwable {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	/**
	 * What is logged as a warning or an error.
	 */
	private static final class Warnings extends AppenderBase<ILoggingEvent> {

		private final Queue<String> texts = new ConcurrentLinkedQueue<>();

		private final Queue<String> errors = new ConcurrentLinkedQueue<>();

		@Override
		protected void append(ILoggingEvent event) {
			if (event.getLevel() == Level.WARN) {
				this.texts.add(event.getFormattedMessage());
			}
			else if (event.getLevel() == Level.ERROR) {
				this.errors.add(event.getFormattedMessage());
			}
		}

	}

}
