package io.jobqueue.test.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.json.JsonMapper;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobId;
import io.jobqueue.JobOperations;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.JobTemplate;
import io.jobqueue.client.EnqueueOptions;
import io.jobqueue.client.StoreJobEnqueuer;
import io.jobqueue.client.UnknownHandlers;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.Retention;
import io.jobqueue.test.store.JobStoreFixture;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A part of the contract: a fresh store, nodes that work on it, and the words in which
 * the tests talk about them. At the end of a test all gates open and all nodes stop.
 */
abstract class WorkerContract {

	static final String QUEUE = "default";

	static final int MAX_ATTEMPTS = 3;

	/** Longer than any test takes by the clock of this process. */
	static final Duration DEAD_AFTER = Duration.ofSeconds(60);

	JobStoreFixture fixture;

	JobStore store;

	JobOperations jobs;

	private final List<TestNode> nodes = new ArrayList<>();

	private final List<Gate> gates = new CopyOnWriteArrayList<>();

	abstract JobStoreFixture createFixture();

	@BeforeEach
	void open() {
		this.fixture = createFixture();
		useStore(Retention.DEFAULT);
	}

	@AfterEach
	void close() {
		this.gates.forEach(Gate::open);
		this.nodes.forEach(TestNode::close);
		this.fixture.close();
	}

	final void useStore(Retention retention) {
		this.store = this.fixture.createStore(retention);
		this.jobs = new JobTemplate(
				new StoreJobEnqueuer(this.store, new JobHandlerRegistry(), new JacksonJobSerializer(new JsonMapper()),
						new EnqueueOptions(MAX_ATTEMPTS, 1024 * 1024, UnknownHandlers.ACCEPT), (text) -> text));
	}

	/**
	 * Return another instance of the store, as another process has it, or the same one if
	 * there is only one process.
	 */
	JobStore otherStore() {
		return this.fixture.secondInstance().orElse(this.store);
	}

	TestNode node() {
		return node(this.store);
	}

	/**
	 * Return a node on an instance of the store of its own.
	 */
	TestNode otherNode() {
		return node(otherStore());
	}

	TestNode node(JobStore itsStore) {
		TestNode node = new TestNode(itsStore);
		this.nodes.add(node);
		return node;
	}

	Gate gate() {
		Gate gate = new Gate();
		this.gates.add(gate);
		return gate;
	}

	JobAdmin admin() {
		return this.store.admin();
	}

	List<JobId> enqueue(int count, String handler) {
		return this.jobs.enqueueAll(IntStream.range(0, count).mapToObj((i) -> this.jobs.job(handler).request()));
	}

	JobRecord get(JobId id) {
		return admin().get(id);
	}

	JobState state(JobId id) {
		return get(id).state();
	}

	JobRecord await(JobId id, JobState state) {
		patiently().untilAsserted(() -> assertThat(state(id)).isEqualTo(state));
		return get(id);
	}

	void await(Collection<JobId> ids, JobState state) {
		ids.forEach((id) -> await(id, state));
	}

	void awaitCount(JobState state, long count) {
		patiently().untilAsserted(() -> assertThat(admin().countByState()).containsEntry(state, count));
	}

	long count(JobState state) {
		return admin().countByState().getOrDefault(state, 0L);
	}

	/**
	 * Let time pass for the store, so that silent nodes count as dead and others do not.
	 * @param alive a node that lives, or {@code null} if none does
	 */
	void passDeath(Duration deadAfter, @Nullable TestNode alive) {
		for (int i = 0; i < 3; i++) {
			this.fixture.advance(deadAfter.dividedBy(5).multipliedBy(2));
			if (alive != null) {
				eventually(() -> isSeen(alive, deadAfter.dividedBy(5)));
			}
		}
	}

	private boolean isSeen(TestNode node, Duration within) {
		Long id = node.status().node();
		return admin().nodes()
			.stream()
			.filter((status) -> Long.valueOf(status.id()).equals(id))
			.anyMatch((status) -> Duration.between(status.seenAt(), this.fixture.now()).compareTo(within) < 0);
	}

	static void eventually(Callable<Boolean> condition) {
		patiently().until(condition);
	}

	static ConditionFactory patiently() {
		return Awaitility.await()
			.pollInSameThread()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(5))
			.atMost(Duration.ofSeconds(60));
	}

	/**
	 * Check that something stays as it is for a while.
	 */
	static void stays(Callable<Boolean> condition) {
		patiently().during(Duration.ofMillis(250)).until(condition);
	}

}
