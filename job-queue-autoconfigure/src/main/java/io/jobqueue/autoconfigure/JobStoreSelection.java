package io.jobqueue.autoconfigure;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The choice of a store: the one that is named, otherwise the only one that is detected.
 *
 * @param selected the store, or {@code null} if none can be chosen
 * @param problem why none can be chosen, as a sentence without full stop
 * @param remedy what to do about it, as an imperative sentence without full stop
 */
record JobStoreSelection(@Nullable JobStoreType selected, String problem, String remedy) {

	private static final String PROPERTY = "job-queue.store";

	static JobStoreSelection of(@Nullable JobStoreType named, List<JobStoreCandidate> candidates) {
		return (named != null) ? named(named, candidates) : detected(candidates);
	}

	private static JobStoreSelection named(JobStoreType named, List<JobStoreCandidate> candidates) {
		JobStoreCandidate candidate = candidates.stream()
			.filter((each) -> each.type() == named)
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("No candidate is of type " + named));
		if (candidate.isUsable()) {
			return new JobStoreSelection(named, "", "");
		}
		return new JobStoreSelection(null,
				PROPERTY + " is '" + nameOf(named) + "', but this store cannot be used: " + candidate.obstacle(),
				"To use it, " + candidate.remedy() + ". Otherwise choose another " + PROPERTY);
	}

	private static JobStoreSelection detected(List<JobStoreCandidate> candidates) {
		List<JobStoreCandidate> detected = candidates.stream().filter(JobStoreCandidate::isDetected).toList();
		List<JobStoreType> usable = detected.stream()
			.filter(JobStoreCandidate::isUsable)
			.map(JobStoreCandidate::type)
			.toList();
		if (usable.size() == 1) {
			return new JobStoreSelection(usable.get(0), "", "");
		}
		return usable.isEmpty() ? none(detected) : several(usable);
	}

	private static JobStoreSelection none(List<JobStoreCandidate> detected) {
		return new JobStoreSelection(null,
				"There is no store for jobs: " + detected.stream()
					.map((each) -> "'" + nameOf(each.type()) + "' cannot be used because " + each.obstacle())
					.collect(Collectors.joining("; ")),
				detected.stream()
					.map((each) -> "To use '" + nameOf(each.type()) + "', " + each.remedy())
					.collect(Collectors.joining(". "))
						+ ". For tests and demonstrations set job-queue.store=memory, which keeps jobs only as long as the"
						+ " process lives. To do without jobs set job-queue.enabled=false");
	}

	private static JobStoreSelection several(List<JobStoreType> usable) {
		String names = usable.stream().map((type) -> "'" + nameOf(type) + "'").collect(Collectors.joining(" and "));
		return new JobStoreSelection(null, "Several stores could keep the jobs, " + names + ", and none is chosen",
				"Set " + PROPERTY + " to one of them, as in " + PROPERTY + "=" + nameOf(usable.get(0)));
	}

	private static String nameOf(JobStoreType type) {
		return type.name().toLowerCase(Locale.ROOT);
	}

	JobStoreSetupException failure() {
		return new JobStoreSetupException(this.problem, this.remedy);
	}

}
