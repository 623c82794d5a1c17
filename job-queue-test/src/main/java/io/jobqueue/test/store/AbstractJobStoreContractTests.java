package io.jobqueue.test.store;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;

/**
 * The contract that every {@link io.jobqueue.store.JobStore} fulfils, as a test suite. A
 * store is plugged in by a subclass: <pre class="code">
 * class MyJobStoreTests extends AbstractJobStoreContractTests {
 *
 *     &#064;Override
 *     protected JobStoreFixture createFixture() {
 *         return new MyJobStoreFixture();
 *     }
 *
 * }
 * </pre>
 *
 * @since 0.1.0
 */
@Timeout(120)
public abstract class AbstractJobStoreContractTests {

	/**
	 * Create the fixture of one test.
	 * @return the fixture, closed after the test
	 */
	protected abstract JobStoreFixture createFixture();

	@Nested
	class EnqueueTests extends EnqueueContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class ClaimTests extends ClaimContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class LateArrivalTests extends LateArrivalContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class SettleTests extends SettleContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class LeaseTests extends LeaseContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class MarkTests extends MarkContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class NodeTests extends NodeContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class RescueTests extends RescueContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class CancelTests extends CancelContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class JobQueryTests extends JobQueryContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class RetryTests extends RetryContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class DeleteAndRescheduleTests extends DeleteAndRescheduleContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class QueueTests extends QueueContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class JobSearchTests extends JobSearchContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class ExplainTests extends ExplainContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class RetentionTests extends RetentionContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class WakeUpTests extends WakeUpContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class LimitTests extends LimitContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class UniqueKeyTests extends UniqueKeyContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class DuplicateTests extends DuplicateContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class UniqueTests extends UniqueContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class RecurringTests extends RecurringContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class RecurringBulkTests extends RecurringBulkContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class DeadlineTests extends DeadlineContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class EndingTests extends EndingContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class ConcurrencyTests extends ConcurrencyContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class WorkflowSignalTests extends WorkflowSignalContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class WorkflowChangeTests extends WorkflowChangeContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class WorkflowRecordsTests extends WorkflowRecordsContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

}
