package io.jobqueue.benchmarks.engine.jobqueue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import io.jobqueue.EnqueueResult;
import io.jobqueue.JobId;

/**
 * Some jobs of one kind, in the order of their arrival. Not thread-safe.
 */
final class Jobs implements Consumer<EnqueueResult> {

	private static final int STEP = 97;

	private final List<JobId> some = new ArrayList<>();

	private final RandomGenerator random = new SplittableRandom(1);

	private int count;

	@Override
	public void accept(EnqueueResult result) {
		if (this.count++ % STEP == 0) {
			this.some.add(result.id());
		}
	}

	JobId any() {
		return this.some.get(this.random.nextInt(this.some.size()));
	}

	JobId newest() {
		return this.some.get(this.some.size() - 1);
	}

}
