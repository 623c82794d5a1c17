package io.jobqueue.test.worker;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.jobqueue.JobState;
import io.jobqueue.store.TransactionalSettlement;
import io.jobqueue.test.postgres.PostgresServer;
import io.jobqueue.test.store.JobStoreFixture;
import io.jobqueue.test.store.PostgresFixture;
import io.jobqueue.test.store.RedisFixture;
import io.jobqueue.workflow.Batch;
import io.jobqueue.workflow.BatchStatus;
import io.jobqueue.workflow.TaskStatus;
import io.jobqueue.workflow.WorkflowHandle;
import io.jobqueue.workflow.WorkflowRunner;
import io.jobqueue.workflow.WorkflowState;
import io.jobqueue.workflow.WorkflowStatus;
import io.jobqueue.workflow.Workflows;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of workflows and batches that are started, opened or changed in a
 * transaction of the application.
 */
class WorkflowTransactionIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@Nested
	class OnPostgres extends WithTheTransaction {

		@Override
		JobStoreFixture createFixture() {
			return new PostgresFixture();
		}

		@Override
		PlatformTransactionManager transactionManager() {
			return ((TransactionalSettlement) this.store).transactionManager();
		}

	}

	@Nested
	class OnRedis extends WithTheTransaction {

		@Override
		JobStoreFixture createFixture() {
			return RedisFixture.standalone();
		}

	}

	@Nested
	class OnRedisAtOnce extends InTransactions {

		@Override
		JobStoreFixture createFixture() {
			return RedisFixture.standaloneAtOnce();
		}

		@Test
		void whatIsRolledBackTakesPlaceNevertheless() {
			node().handle("work", (arguments, job) -> null).start();
			this.transaction.executeWithoutResult((status) -> {
				this.workflows.define("undone").task("only", "work").start();
				Batch batch = this.workflows.batch("undone").open();
				batch.add(List.of(this.jobs.job("work").request(), this.jobs.job("work").request()).stream());
				batch.close();
				status.setRollbackOnly();
			});
			awaitCount(JobState.SUCCEEDED, 3);
			patiently()
				.untilAsserted(() -> assertThat(this.workflows.list(null, null, 10)).extracting(WorkflowStatus::state)
					.containsExactly(WorkflowState.SUCCEEDED, WorkflowState.SUCCEEDED));
		}

		@Test
		void taskThatIsAddedInATransactionThatRollsBackIsThere() {
			assertThat(tasksAddedByTransactions()).containsExactly("first", "undone", "done");
		}

	}

	/**
	 * Stores on which the transaction decides.
	 */
	abstract static class WithTheTransaction extends InTransactions {

		@Test
		void whatIsRolledBackLeavesNothing() {
			this.transaction.executeWithoutResult((status) -> {
				this.workflows.define("undone").task("only", "work").start();
				Batch batch = this.workflows.batch("undone").onFinished(this.jobs.job("work")).open();
				batch.add(List.of(this.jobs.job("work").request()).stream());
				batch.close();
				status.setRollbackOnly();
			});
			assertThat(this.workflows.list(null, null, 10)).isEmpty();
			assertThat(admin().countByState().values()).allMatch((count) -> count == 0);
		}

		@Test
		void batchDoesNotCountWhatIsRolledBack() {
			node().handle("work", (arguments, job) -> null).start();
			Batch batch = this.workflows.batch("half").open();
			this.transaction.executeWithoutResult((status) -> {
				batch.add(List.of(this.jobs.job("work").request(), this.jobs.job("work").request()).stream());
				batch.close();
				status.setRollbackOnly();
			});
			this.transaction.executeWithoutResult((status) -> {
				batch.add(List.of(this.jobs.job("work").request()).stream());
				batch.close();
			});
			BatchStatus status = batch.await(PATIENCE);
			assertThat(status.jobs()).isEqualTo(1);
			assertThat(status.succeeded()).isEqualTo(1);
			assertThat(count(JobState.SUCCEEDED)).isEqualTo(1);
		}

		@Test
		void taskThatIsAddedInATransactionThatRollsBackIsNot() {
			assertThat(tasksAddedByTransactions()).containsExactly("first", "done");
		}

	}

	/**
	 * What holds on all of them.
	 */
	abstract static class InTransactions extends WorkerContract {

		TransactionTemplate transaction;

		Workflows workflows;

		private WorkflowRunner runner;

		PlatformTransactionManager transactionManager() {
			return new JdbcTransactionManager(PostgresServer.get().dataSource());
		}

		@BeforeEach
		void openWorkflows() {
			this.transaction = new TransactionTemplate(transactionManager());
			this.runner = new WorkflowRunner(this.store, List.of(), Duration.ofMillis(50), Duration.ofDays(7), false);
			this.runner.start();
			this.workflows = WorkflowWorkerContract.workflows(this.store, this.runner);
		}

		@AfterEach
		void stopRunner() {
			this.runner.stop();
		}

		@Test
		void whatIsCommittedTakesPlace() {
			node().handle("work", (arguments, job) -> "worked").start();
			WorkflowHandle workflow = this.transaction
				.execute((status) -> this.workflows.define("done").task("only", "work").start());
			assertThat(workflow.await(PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED);
			assertThat(workflow.result("only", String.class)).isEqualTo("worked");
			Batch batch = this.transaction.execute((status) -> {
				Batch opened = this.workflows.batch("done").onFinished(this.jobs.job("work")).open();
				opened.add(List.of(this.jobs.job("work").request()).stream());
				opened.add(List.of(this.jobs.job("work").request(), this.jobs.job("work").request()).stream());
				opened.close();
				return opened;
			});
			assertThat(batch.await(PATIENCE).succeeded()).isEqualTo(3);
			awaitCount(JobState.SUCCEEDED, 5);
		}

		/**
		 * Run a task that adds "undone" in a transaction that it rolls back, and "done"
		 * in one that it commits.
		 * @return the names of the tasks in the end
		 */
		List<String> tasksAddedByTransactions() {
			node().handle("first", (arguments, job) -> {
				this.transaction.executeWithoutResult((status) -> {
					this.workflows.context(job).add("undone", this.jobs.job("work"));
					status.setRollbackOnly();
				});
				this.transaction
					.executeWithoutResult((status) -> this.workflows.context(job).add("done", this.jobs.job("work")));
				return null;
			}).handle("work", (arguments, job) -> null).start();
			WorkflowHandle handle = this.workflows.define("growing").task("first", "first").start();
			assertThat(handle.await(PATIENCE).state()).isEqualTo(WorkflowState.SUCCEEDED);
			return handle.tasks().stream().map(TaskStatus::name).toList();
		}

	}

}
