package io.jobqueue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JobState}.
 */
class JobStateTests {

	// Written out once more, on purpose: a change of the enum must be a change here too.
	private static final Map<String, List<String>> LEGAL = Map.of( //
			"BLOCKED", List.of("SCHEDULED", "AVAILABLE", "FAILED", "CANCELLED"), //
			"SCHEDULED", List.of("AVAILABLE", "FAILED", "CANCELLED"), //
			"AVAILABLE", List.of("SCHEDULED", "RUNNING", "FAILED", "CANCELLED"), //
			"RUNNING", List.of("SCHEDULED", "AVAILABLE", "SUCCEEDED", "FAILED", "CANCELLED"), //
			"SUCCEEDED", List.of(), //
			"FAILED", List.of("AVAILABLE"), //
			"CANCELLED", List.of("AVAILABLE"));

	@ParameterizedTest(name = "{0} to {1}")
	@MethodSource("allPairs")
	void onlyLegalTransitionsAreAllowed(JobState from, JobState to) {
		boolean isLegal = LEGAL.get(from.name()).contains(to.name());
		assertThat(from.canBecome(to)).isEqualTo(isLegal);
		assertThat(from.successors().contains(to)).isEqualTo(isLegal);
	}

	@Test
	void onlyThreeStatesAreFinished() {
		assertThat(Stream.of(JobState.values()).filter(JobState::isFinished)).containsExactly(JobState.SUCCEEDED,
				JobState.FAILED, JobState.CANCELLED);
	}

	@Test
	void successorsCannotBeChangedForOthers() {
		JobState.SUCCEEDED.successors().add(JobState.RUNNING);
		assertThat(JobState.SUCCEEDED.successors()).isEmpty();
	}

	static Stream<Arguments> allPairs() {
		List<JobState> states = Arrays.asList(JobState.values());
		return states.stream().flatMap((from) -> states.stream().map((to) -> Arguments.of(from, to)));
	}

}
