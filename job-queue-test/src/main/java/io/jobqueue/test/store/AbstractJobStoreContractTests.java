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
	class Enqueue extends EnqueueContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class Claim extends ClaimContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class Settle extends SettleContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class Lease extends LeaseContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class Node extends NodeContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

	@Nested
	class Rescue extends RescueContract {

		@Override
		JobStoreFixture createFixture() {
			return AbstractJobStoreContractTests.this.createFixture();
		}

	}

}
