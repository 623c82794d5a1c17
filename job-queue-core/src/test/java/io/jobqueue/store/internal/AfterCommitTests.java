package io.jobqueue.store.internal;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.core.Ordered;
import org.springframework.transaction.SavepointManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link AfterCommit}.
 */
class AfterCommitTests {

	private final List<String> done = new ArrayList<>();

	private final AfterCommit<List<String>> afterCommit = new AfterCommit<>(ArrayList::new,
			(gathered) -> this.done.add(gathered.toString()));

	private final TransactionTemplate transaction = new TransactionTemplate(new NoTransactionManager());

	@Test
	void whatATransactionGathersIsDoneOnceAfterItsCommit() {
		this.transaction.executeWithoutResult((status) -> {
			this.afterCommit.gathered().add("one");
			this.afterCommit.gathered().add("two");
			assertThat(this.done).isEmpty();
		});
		assertThat(this.done).containsExactly("[one, two]");
	}

	@Test
	void nothingIsDoneAfterARollback() {
		this.transaction.executeWithoutResult((status) -> {
			this.afterCommit.gathered().add("one");
			status.setRollbackOnly();
		});
		assertThat(this.done).isEmpty();
	}

	@Test
	void whatCameAfterASavepointIsRolledBackWithIt() {
		this.transaction.executeWithoutResult((status) -> {
			this.afterCommit.gathered().add("one");
			Object first = status.createSavepoint();
			this.afterCommit.gathered().add("undone");
			Object second = status.createSavepoint();
			this.afterCommit.gathered().add("undone, too");
			status.releaseSavepoint(second);
			status.rollbackToSavepoint(first);
			this.afterCommit.gathered().add("two");
			status.createSavepoint();
			this.afterCommit.gathered().add("three");
		});
		assertThat(this.done).containsExactly("[one]", "[two]", "[three]");
	}

	@Test
	void itIsDoneBeforeWhatOthersDo() {
		this.transaction.executeWithoutResult((status) -> {
			register(Ordered.LOWEST_PRECEDENCE, () -> this.done.add("other"));
			this.afterCommit.gathered().add("one");
		});
		assertThat(this.done).containsExactly("[one]", "other");
	}

	@Test
	void itIsDoneAlthoughAnotherThrowsBefore() {
		assertThatIllegalStateException().isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
			register(Ordered.HIGHEST_PRECEDENCE, AfterCommitTests::fail);
			this.afterCommit.gathered().add("one");
			new AfterCommit<>(ArrayList<String>::new, (gathered) -> this.done.add("other" + gathered)).gathered();
		})).withMessage("as intended");
		assertThat(this.done).containsExactlyInAnyOrder("[one]", "other[]");
	}

	@Test
	void whatIsGatheredWhileOthersAreAtTheirsIsDoneToo() {
		this.transaction.executeWithoutResult((status) -> {
			this.afterCommit.gathered().add("one");
			register(Ordered.LOWEST_PRECEDENCE, () -> this.afterCommit.gathered().add("late"));
		});
		assertThat(this.done).containsExactly("[one]", "[late]");
		this.transaction.executeWithoutResult(
				(status) -> register(Ordered.LOWEST_PRECEDENCE, () -> this.afterCommit.gathered().add("only")));
		assertThat(this.done).containsExactly("[one]", "[late]", "[only]");
	}

	@Test
	void failureReachesTheCallerAndKeepsNobodyElseFromBeingDone() {
		AfterCommit<List<String>> failing = new AfterCommit<>(ArrayList::new, (gathered) -> {
			this.done.add("tried " + gathered);
			fail();
		});
		assertThatIllegalStateException().isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
			register(Ordered.LOWEST_PRECEDENCE, () -> this.done.add("other"));
			failing.gathered().add("one");
			this.afterCommit.gathered().add("two");
		})).withMessage("as intended");
		assertThat(this.done).containsExactly("tried [one]", "[two]", "other");
	}

	private static void fail() {
		throw new IllegalStateException("as intended");
	}

	private static void register(int order, Runnable action) {
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public int getOrder() {
				return order;
			}

			@Override
			public void afterCommit() {
				action.run();
			}

		});
	}

	/**
	 * Transactions of nothing.
	 */
	@SuppressWarnings("serial")
	private static final class NoTransactionManager extends AbstractPlatformTransactionManager {

		@Override
		protected Object doGetTransaction() {
			return new NoTransaction();
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
		}

	}

	/**
	 * A transaction of nothing, with savepoints.
	 */
	private static final class NoTransaction implements SavepointManager {

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
