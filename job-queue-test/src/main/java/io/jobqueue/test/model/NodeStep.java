package io.jobqueue.test.model;

import java.util.Set;

import io.jobqueue.JobId;
import io.jobqueue.store.Pulse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Let a node come, be seen, or go.
 *
 * @param node the node
 * @param kind what it does
 */
record NodeStep(int node, Kind kind) implements Step {

	@Override
	public void perform(ModelRun run) {
		if (this.kind == Kind.REGISTER) {
			run.register(this.node);
			return;
		}
		Long id = run.nodes().get(this.node);
		if (id == null) {
			return;
		}
		switch (this.kind) {
			case HEARTBEAT -> beat(run, id);
			case DEREGISTER -> {
				run.storeOf(this.node).deregister(id);
				run.model.deregister(id);
			}
			default -> {
				if (run.fixture.forgetNode(id)) {
					run.model.forget(id);
				}
			}
		}
	}

	private void beat(ModelRun run, long id) {
		Pulse pulse = run.storeOf(this.node).heartbeat(id);
		Set<JobId> cancelled = run.model.heartbeat(id);
		assertThat(pulse).as("Pulse").isEqualTo((cancelled != null) ? new Pulse(true, cancelled) : Pulse.DEAD);
	}

	@Override
	public String toString() {
		return "n" + this.node + " " + this.kind.word;
	}

	/**
	 * What nodes do.
	 */
	enum Kind {

		/** It registers, under a new id. */
		REGISTER("registers"),

		/** It tells that it is alive. */
		HEARTBEAT("beats"),

		/** It leaves. */
		DEREGISTER("deregisters"),

		/** Its registration is lost, but not its leases. */
		VANISH("vanishes");

		private final String word;

		Kind(String word) {
			this.word = word;
		}

	}

}
