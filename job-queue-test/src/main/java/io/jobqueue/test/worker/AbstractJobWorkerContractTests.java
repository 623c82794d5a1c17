package io.jobqueue.test.worker;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;

import io.jobqueue.test.store.JobStoreFixture;

/**
 * What real workers do on a {@link io.jobqueue.store.JobStore}, as a test suite. A store
 * is plugged in by a subclass, with the same fixture as for
 * {@link io.jobqueue.test.store.AbstractJobStoreContractTests}: <pre class="code">
 * class MyJobWorkerTests extends AbstractJobWorkerContractTests {
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
@Timeout(300)
public abstract class AbstractJobWorkerContractTests {

	/**
	 * Create the fixture of one test.
	 * @return the fixture, closed after the test
	 */
	protected abstract JobStoreFixture createFixture();

	@Nested
	class RunTests extends RunContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class AwaitTests extends AwaitContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class ExpiryTests extends ExpiryContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class FailureTests extends FailureContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class SettlementTests extends SettlementContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class AttemptTests extends AttemptContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class RetryRuleTests extends RetryRuleContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class EphemeralTests extends EphemeralContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class ListenerTests extends ListenerContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class MetricsTests extends MetricsContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class InterceptorTests extends InterceptorContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class OrderTests extends OrderContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class CapacityTests extends CapacityContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class StartTests extends StartContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class StopSignalTests extends StopSignalContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class StopTests extends StopContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class RecurrenceTests extends RecurrenceContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class OutageTests extends OutageContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class LeaseLossTests extends LeaseLossContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class WorkflowTests extends WorkflowContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class WorkflowEndTests extends WorkflowEndContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class BatchTests extends BatchContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

	@Nested
	class ChildWorkflowTests extends ChildWorkflowContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobWorkerContractTests.this.createFixture();
		}

	}

}
