package io.jobqueue.test.model;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Let time pass for all but some nodes, which tell that they are alive afterwards.
 *
 * @param minutes how much time
 * @param alive the nodes that stay alive
 */
record AdvanceStep(int minutes, List<Integer> alive) implements Step {

	@Override
	public void perform(ModelRun run) {
		run.advance(this.minutes);
		this.alive.forEach((node) -> new NodeStep(node, NodeStep.Kind.HEARTBEAT).perform(run));
	}

	@Override
	public String toString() {
		return this.minutes + " min pass, then " + (this.alive.isEmpty() ? "no node beats"
				: this.alive.stream().map((node) -> "n" + node).collect(Collectors.joining(", ")) + " beat");
	}

}
