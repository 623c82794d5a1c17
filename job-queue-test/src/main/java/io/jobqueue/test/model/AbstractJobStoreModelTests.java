package io.jobqueue.test.model;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.jobqueue.store.Retention;
import io.jobqueue.test.store.JobStoreFixture;

/**
 * Compares a store with a simple model of what every {@link io.jobqueue.store.JobStore}
 * does, step by random step of several nodes: they enqueue, exchange, die, come back too
 * late, and people interfere. It finds what no one thought of;
 * {@link io.jobqueue.test.store.AbstractJobStoreContractTests} has the cases that
 * somebody did. A store is plugged in by a subclass: <pre class="code">
 * class MyJobStoreModelTests extends AbstractJobStoreModelTests {
 *
 *     &#064;Override
 *     protected JobStoreFixture createFixture() {
 *         return new MyJobStoreFixture();
 *     }
 *
 * }
 * </pre>
 * <p>
 * Each run tries the same sequences of steps, so that a build does not depend on luck.
 * The system property {@code model.seed} sets the first of other seeds,
 * {@code model.tries} the number of sequences. One that fails is reduced to a few steps,
 * and reported with its seed.
 *
 * @since 0.1.0
 */
public abstract class AbstractJobStoreModelTests {

	private static final long DEFAULT_SEED = 42;

	/**
	 * Create the fixture of one sequence of steps.
	 * @return the fixture, closed after the sequence
	 */
	protected abstract JobStoreFixture createFixture();

	/**
	 * Return whether each claim of the store takes the very next jobs. Other stores may
	 * overlook jobs for a while that are not new.
	 * @return {@code false} unless overridden
	 */
	protected boolean isPrompt() {
		return false;
	}

	/**
	 * Return how many sequences of steps are tried unless {@code model.tries} says so.
	 * @return the number of sequences for each test
	 */
	protected int tries() {
		return 20;
	}

	@Test
	void storeBehavesAsItsModel() {
		check(Retention.DEFAULT);
	}

	@Test
	void storeThatKeepsNothingBehavesAsItsModel() {
		check(new Retention(Duration.ZERO, Retention.DEFAULT.failed(), Duration.ZERO));
	}

	private void check(Retention retention) {
		long seed = Long.getLong("model.seed", DEFAULT_SEED);
		int tries = Integer.getInteger("model.tries", tries());
		new ModelProperty(this::createFixture, retention, isPrompt()).check(seed, tries);
	}

}
