package io.jobqueue.test.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.event.JobEvent.Type;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Listeners are told what the store has recorded, and can do no harm.
 */
abstract class ListenerContract extends WorkerContract {

	@Test
	void listenerThatThrowsChangesNothing() {
		TestNode node = node().listener((event) -> {
			if (event.id().value() % 2 == 0) {
				throw new FailureContract.Selfish();
			}
			throw new FailureContract.Death();
		}).handle("test.run", (arguments, job) -> null).handle("test.fail", (arguments, job) -> {
			throw new IllegalStateException("No luck");
		}).start();
		List<JobId> succeeding = enqueue(10, "test.run");
		List<JobId> failing = enqueue(10, "test.fail");
		await(succeeding, JobState.SUCCEEDED);
		await(failing, JobState.FAILED);
		patiently().untilAsserted(() -> {
			assertThat(succeeding).allSatisfy((id) -> assertThat(node.events(id)).containsExactly(Type.SUCCEEDED));
			assertThat(failing).allSatisfy(
					(id) -> assertThat(node.events(id)).containsExactly(Type.RETRIED, Type.RETRIED, Type.FAILED));
		});
	}

	@Test
	void listenerThatBlocksDelaysNoJobNoStopAndNoOtherListener() {
		Gate gate = gate();
		TestNode node = node().listener((event) -> gate.passStubbornly())
			.handle("test.run", (arguments, job) -> null)
			.start();
		await(enqueue(50, "test.run"), JobState.SUCCEEDED);
		eventually(gate::hasArrivals);
		node.stop();
		node.start();
		await(enqueue(50, "test.run"), JobState.SUCCEEDED);
		patiently().untilAsserted(() -> assertThat(node.events()).hasSize(100));
	}

	@Test
	void listenersAreToldAfterTheStoreHasRecordedIt() {
		Map<JobId, JobState> seen = new ConcurrentHashMap<>();
		node().listener((event) -> {
			// Not the end: on a slow machine a job that waits for a thread is given back.
			if (event.type() != Type.RELEASED) {
				seen.put(event.id(), state(event.id()));
			}
		}).handle("test.run", (arguments, job) -> null).handle("test.fail", (arguments, job) -> {
			throw new IllegalStateException("No luck");
		}).start();
		List<JobId> ids = new ArrayList<>(enqueue(20, "test.run"));
		JobId failing = this.jobs.job("test.fail").maxAttempts(1).enqueue();
		eventually(() -> seen.size() == 21);
		assertThat(seen).containsEntry(failing, JobState.FAILED);
		assertThat(ids).allSatisfy((id) -> assertThat(seen).containsEntry(id, JobState.SUCCEEDED));
	}

	@Test
	void listenersAreToldAgainAfterARestart() {
		TestNode node = node().handle("test.run", (arguments, job) -> null).start();
		for (int i = 1; i <= 3; i++) {
			enqueue(1, "test.run");
			int runs = i;
			patiently().untilAsserted(() -> assertThat(node.events()).hasSize(runs));
			node.stop();
			node.start();
		}
	}

}
