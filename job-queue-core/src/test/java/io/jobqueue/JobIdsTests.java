package io.jobqueue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link JobIds}.
 */
class JobIdsTests {

	@Test
	void idsComeBackInOrder() {
		JobIds ids = ids(5, 6, 7, 100, 101, 3, 4, 4, 9);
		assertThat(ids).extracting(JobId::value).containsExactly(5L, 6L, 7L, 100L, 101L, 3L, 4L, 4L, 9L);
	}

	@Test
	void emptyListHasNoIds() {
		assertThat(new JobIds()).isEmpty();
	}

	@Test
	void runIsContinuedByNextAppend() {
		JobIds ids = ids(1, 2);
		ids.append(List.of(JobId.of(3), JobId.of(10)));
		assertThat(ids).extracting(JobId::value).containsExactly(1L, 2L, 3L, 10L);
	}

	@Test
	void randomRunsEqualPlainList() {
		Random random = new Random(42);
		List<JobId> plain = new ArrayList<>();
		long next = 1;
		for (int i = 0; i < 10_000; i++) {
			next = (random.nextInt(10) == 0) ? random.nextInt(1_000_000) + 1 : next + 1;
			plain.add(JobId.of(next));
		}
		JobIds ids = new JobIds();
		ids.append(plain);
		assertThat((List<JobId>) ids).isEqualTo(plain);
	}

	@Test
	void indexOutOfRangeIsRejected() {
		JobIds ids = ids(1, 2);
		assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> ids.get(2));
		assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> ids.get(-1));
	}

	private static JobIds ids(long... values) {
		JobIds ids = new JobIds();
		ids.append(LongStream.of(values).mapToObj(JobId::of).toList());
		return ids;
	}

}
