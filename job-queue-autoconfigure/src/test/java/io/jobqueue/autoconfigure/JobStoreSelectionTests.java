package io.jobqueue.autoconfigure;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class JobStoreSelectionTests {

	private static final JobStoreCandidate POSTGRES = JobStoreCandidate.usable(JobStoreType.POSTGRES, true);

	private static final JobStoreCandidate UNUSABLE = new JobStoreCandidate(JobStoreType.POSTGRES, true,
			"there is no DataSource bean", "define one");

	private static final JobStoreCandidate MEMORY = JobStoreCandidate.usable(JobStoreType.MEMORY, false);

	private static final JobStoreCandidate REDIS = JobStoreCandidate.usable(JobStoreType.REDIS, true);

	@Test
	void onlyDetectedCandidateIsSelected() {
		assertThat(JobStoreSelection.of(null, List.of(POSTGRES, MEMORY)).selected()).isEqualTo(JobStoreType.POSTGRES);
	}

	@Test
	void redisIsDetectedIfItIsTheOnlyCandidate() {
		assertThat(JobStoreSelection.of(null, List.of(UNUSABLE, REDIS, MEMORY)).selected())
			.isEqualTo(JobStoreType.REDIS);
	}

	@Test
	void namedStoreIsSelectedAmongSeveral() {
		assertThat(JobStoreSelection.of(JobStoreType.REDIS, List.of(POSTGRES, REDIS)).selected())
			.isEqualTo(JobStoreType.REDIS);
		assertThat(JobStoreSelection.of(JobStoreType.MEMORY, List.of(POSTGRES, MEMORY)).selected())
			.isEqualTo(JobStoreType.MEMORY);
		assertThat(JobStoreSelection.of(JobStoreType.POSTGRES, List.of(POSTGRES, REDIS)).selected())
			.isEqualTo(JobStoreType.POSTGRES);
	}

	@Test
	void memoryIsNotDetected() {
		JobStoreSelection selection = JobStoreSelection.of(null, List.of(UNUSABLE, MEMORY));
		assertThat(selection.selected()).isNull();
		assertThat(selection.problem())
			.isEqualTo("There is no store for jobs: 'postgres' cannot be used because there is no DataSource bean");
		assertThat(selection.remedy())
			.isEqualTo("To use 'postgres', define one. For tests and demonstrations set job-queue.store=memory, which"
					+ " keeps jobs only as long as the process lives. To do without jobs set job-queue.enabled=false");
	}

	@Test
	void severalDetectedCandidatesAreAFailure() {
		JobStoreSelection selection = JobStoreSelection.of(null, List.of(POSTGRES, REDIS));
		assertThat(selection.selected()).isNull();
		assertThat(selection.problem())
			.isEqualTo("Several stores could keep the jobs, 'postgres' and 'redis', and none is chosen");
		assertThat(selection.remedy()).isEqualTo("Set job-queue.store to one of them, as in job-queue.store=postgres");
	}

	@Test
	void namedStoreThatCannotBeUsedIsAFailure() {
		JobStoreSelection selection = JobStoreSelection.of(JobStoreType.POSTGRES, List.of(UNUSABLE, REDIS));
		assertThat(selection.selected()).isNull();
		assertThat(selection.problem())
			.isEqualTo("job-queue.store is 'postgres', but this store cannot be used: there is no DataSource bean");
		assertThat(selection.remedy()).isEqualTo("To use it, define one. Otherwise choose another job-queue.store");
	}

	@Test
	void everyTypeHasACandidate() {
		assertThat(JobStoreCandidate.all(null, getClass().getClassLoader())).extracting(JobStoreCandidate::type)
			.containsExactlyInAnyOrder(JobStoreType.values());
		assertThatIllegalArgumentException()
			.isThrownBy(() -> JobStoreSelection.of(JobStoreType.MEMORY, List.of(POSTGRES)));
	}

}
