package io.jobqueue.worker;

import java.time.Duration;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.transaction.SavepointManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.jobqueue.JobId;
import io.jobqueue.JobRejectedException;
import io.jobqueue.worker.EphemeralOptions.OnFull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link EphemeralCommit}. Stopping the worker lets all jobs end, so what has
 * run then is all that ever will.
 */
class EphemeralCommitTests {

	private static final Duration LONG = Duration.ofMinutes(1);

	private final EphemeralNode node = new EphemeralNode(3, 1, OnFull.THROW, LONG, LONG);

	private final TransactionTemplate transaction = new TransactionTemplate(new SavepointTransactionManager());

	private final TransactionTemplate nested = new TransactionTemplate(this.transaction.getTransactionManager());

	@BeforeEach
	void start() {
		this.nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		this.node.worker.start();
	}

	@AfterEach
	void close() {
		this.node.close();
	}

	@Test
	void jobsBeginAfterTheCommit() {
		this.transaction.executeWithoutResult((status) -> {
			this.node.enqueue("run");
			this.node.enqueue("run");
			assertThat(this.node.worker.status()).isEqualTo(new EphemeralStatus(0, 2, 0, 0));
		});
		this.node.worker.stop();
		assertThat(this.node.ran).containsExactly("1", "2");
	}

	@Test
	void jobsOfATransactionThatRollsBackNeverRun() {
		this.transaction.executeWithoutResult((status) -> {
			this.node.enqueue("run");
			status.setRollbackOnly();
		});
		assertThat(this.node.held()).isZero();
		this.node.worker.stop();
		assertThat(this.node.ran).isEmpty();
	}

	@Test
	void roomIsTakenByTheEnqueueSoThatNothingFailsAfterTheCommit() {
		assertThatExceptionOfType(JobRejectedException.class)
			.isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
				this.node.enqueue(3, "run");
				this.node.enqueue("run");
			}));
		assertThat(this.node.held()).isZero();
	}

	@Test
	void jobsOfASavepointThatIsRolledBackNeverRun() {
		this.transaction.executeWithoutResult((status) -> {
			this.node.enqueue("run");
			rollBackNested();
			assertThat(this.node.held()).isOne();
			this.nested.executeWithoutResult((inner) -> this.node.enqueue("run"));
		});
		this.node.worker.stop();
		assertThat(this.node.ran).containsExactly("1", "3");
	}

	@Test
	void jobsOfASavepointThatIsRolledBackNeverRunIfTheyAreTheFirst() {
		this.transaction.executeWithoutResult((status) -> {
			rollBackNested();
			this.node.enqueue("run");
		});
		this.node.worker.stop();
		assertThat(this.node.ran).containsExactly("2");
	}

	private void rollBackNested() {
		this.nested.executeWithoutResult((inner) -> {
			this.node.enqueue("run");
			inner.setRollbackOnly();
		});
	}

	@Test
	void jobsBeginAlsoIfAnotherSynchronizationFailsAfterTheCommit() {
		assertThatIllegalStateException().isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					throw new IllegalStateException("Not mine");
				}

			});
			this.node.enqueue("run");
		}));
		this.node.worker.stop();
		assertThat(this.node.ran).containsExactly("1");
	}

	@Test
	void jobsThatAreCommittedAfterTheStopWaitForTheNextStart() {
		EphemeralNode hasty = new EphemeralNode(3, 1, OnFull.THROW, LONG, Duration.ZERO);
		hasty.worker.start();
		this.transaction.executeWithoutResult((status) -> {
			List<JobId> ids = hasty.enqueue(2, "run");
			assertThat(ids).hasSize(2);
			hasty.worker.stop();
		});
		assertThat(hasty.held()).isEqualTo(2);
		hasty.worker.start();
		Awaitility.await().atMost(LONG).until(() -> hasty.held() == 0);
		assertThat(hasty.ran).containsExactly("1", "2");
		hasty.close();
	}

	/**
	 * Transactions without resources, with savepoints that do nothing.
	 */
	@SuppressWarnings("serial")
	private static final class SavepointTransactionManager extends AbstractPlatformTransactionManager {

		private boolean isActive;

		SavepointTransactionManager() {
			setNestedTransactionAllowed(true);
		}

		@Override
		protected Object doGetTransaction() {
			return new Savepoints();
		}

		@Override
		protected boolean isExistingTransaction(Object transaction) {
			return this.isActive;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			this.isActive = true;
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
		}

		@Override
		protected void doSetRollbackOnly(DefaultTransactionStatus status) {
		}

		@Override
		protected void doCleanupAfterCompletion(Object transaction) {
			this.isActive = false;
		}

	}

	/**
	 * Names of savepoints.
	 */
	private static final class Savepoints implements SavepointManager {

		@Override
		public Object createSavepoint() {
			return new Object();
		}

		@Override
		public void rollbackToSavepoint(Object savepoint) {
		}

		@Override
		public void releaseSavepoint(Object savepoint) {
		}

	}

}
