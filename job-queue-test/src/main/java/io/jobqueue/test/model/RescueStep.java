package io.jobqueue.test.model;

import java.util.Set;

import io.jobqueue.store.Rescue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Rescue the jobs of nodes that were silent for too long.
 */
record RescueStep() implements Step {

	@Override
	public void perform(ModelRun run) {
		Rescue actual = run.next().rescue(JobStoreModel.SILENCE);
		Rescue expected = run.model.rescue();
		assertThat(Set.copyOf(actual.deadNodes())).as("Dead nodes").isEqualTo(Set.copyOf(expected.deadNodes()));
		assertThat(actual.rescued()).as("Number of rescued jobs").isEqualTo(expected.rescued());
		assertThat(Set.copyOf(actual.failed())).as("Failed jobs").isEqualTo(Set.copyOf(expected.failed()));
	}

	@Override
	public String toString() {
		return "rescue";
	}

}
