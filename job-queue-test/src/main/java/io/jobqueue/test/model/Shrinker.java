package io.jobqueue.test.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Makes steps that lead to a failure as few and as simple as it can in a limited time: it
 * leaves out half of them, a quarter, and so on down to each single one, then takes
 * simpler ones, and begins again as long as that helps.
 */
final class Shrinker {

	private static final Duration LIMIT = Duration.ofSeconds(40);

	private final Function<List<Step>, @Nullable Throwable> test;

	private final long start = System.nanoTime();

	private List<Step> steps;

	private Throwable failure;

	/**
	 * Create a shrinker.
	 * @param test performs steps and returns their failure, or {@code null}
	 * @param steps the steps that failed
	 * @param failure how they failed
	 */
	Shrinker(Function<List<Step>, @Nullable Throwable> test, List<Step> steps, Throwable failure) {
		this.test = test;
		this.steps = List.copyOf(steps);
		this.failure = failure;
	}

	List<Step> steps() {
		return this.steps;
	}

	Throwable failure() {
		return this.failure;
	}

	void shrink() {
		List<Step> before;
		do {
			before = this.steps;
			for (int size = Math.max(1, this.steps.size() / 2); size >= 1; size /= 2) {
				leaveOut(size);
			}
			simplify();
		}
		while (!before.equals(this.steps));
	}

	private void leaveOut(int size) {
		int from = this.steps.size();
		while (from > 0) {
			from = Math.max(0, from - size);
			List<Step> fewer = new ArrayList<>(this.steps);
			fewer.subList(from, Math.min(from + size, fewer.size())).clear();
			accept(fewer);
		}
	}

	private void simplify() {
		for (int i = 0; i < this.steps.size(); i++) {
			for (Step simpler : this.steps.get(i).simpler()) {
				List<Step> changed = new ArrayList<>(this.steps);
				changed.set(i, simpler);
				if (accept(changed)) {
					i--;
					break;
				}
			}
		}
	}

	private boolean accept(List<Step> candidate) {
		if (System.nanoTime() - this.start > LIMIT.toNanos()) {
			return false;
		}
		Throwable result = this.test.apply(candidate);
		if (result != null) {
			this.steps = List.copyOf(candidate);
			this.failure = result;
		}
		return result != null;
	}

}
