package io.jobqueue.test.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.jobqueue.store.Retention;
import io.jobqueue.test.store.JobStoreFixture;

/**
 * A store behaves as its model, whatever steps are taken.
 */
final class ModelProperty {

	private static final int MIN_STEPS = 30;

	private static final int MAX_STEPS = 60;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Duration PATIENCE_WHEN_SHRINKING = Duration.ofSeconds(3);

	private final Supplier<JobStoreFixture> fixtures;

	private final Retention retention;

	private final boolean isPrompt;

	ModelProperty(Supplier<JobStoreFixture> fixtures, Retention retention, boolean isPrompt) {
		this.fixtures = fixtures;
		this.retention = retention;
		this.isPrompt = isPrompt;
	}

	/**
	 * Try random sequences of steps.
	 * @param firstSeed the seed of the first sequence; the others count up
	 * @param tries the number of sequences
	 */
	void check(long firstSeed, int tries) {
		for (long seed = firstSeed; seed < firstSeed + tries; seed++) {
			List<Step> steps = new ArrayList<>();
			Throwable failure = random(seed, steps);
			if (failure != null) {
				throw report(seed, steps, failure);
			}
		}
	}

	private @Nullable Throwable random(long seed, List<Step> steps) {
		Random random = new Random(seed);
		int count = MIN_STEPS + random.nextInt(MAX_STEPS - MIN_STEPS + 1);
		return attempt(PATIENCE, (run) -> {
			StepGenerator generator = new StepGenerator(random, run);
			for (int i = 0; i < count; i++) {
				Step step = (i < 2) ? new NodeStep(i + 1, NodeStep.Kind.REGISTER) : generator.next();
				steps.add(step);
				run.perform(step);
			}
		});
	}

	private @Nullable Throwable repeat(List<Step> steps) {
		return attempt(PATIENCE_WHEN_SHRINKING, (run) -> steps.forEach(run::perform));
	}

	private @Nullable Throwable attempt(Duration patience, Consumer<ModelRun> steps) {
		try (JobStoreFixture fixture = this.fixtures.get()) {
			ModelRun run = new ModelRun(fixture, this.retention, this.isPrompt);
			steps.accept(run);
			new Drain(run, patience).perform();
			return null;
		}
		catch (AssertionError | RuntimeException ex) {
			return ex;
		}
	}

	private AssertionError report(long seed, List<Step> steps, Throwable failure) {
		Shrinker shrinker = new Shrinker(this::repeat, steps, failure);
		shrinker.shrink();
		StringBuilder text = new StringBuilder("The store does not behave as its model after these steps:");
		int number = 0;
		for (Step step : shrinker.steps()) {
			text.append("\n  ").append(++number).append(". ").append(step);
		}
		text.append("\nand then a drain, unless it failed before (seed ")
			.append(seed)
			.append(", found with ")
			.append(steps.size())
			.append(" steps, repeat with -Dmodel.seed=")
			.append(seed)
			.append(" -Dmodel.tries=1):\n")
			.append(shrinker.failure().getMessage());
		return new AssertionError(text.toString(), shrinker.failure());
	}

}
