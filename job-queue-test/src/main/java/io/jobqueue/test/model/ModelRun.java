package io.jobqueue.test.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobId;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.Retention;
import io.jobqueue.test.store.JobStoreFixture;

/**
 * An empty store in as many instances as it can have, its model, and the labels of jobs
 * and nodes: both are numbered in the order in which steps name them.
 */
final class ModelRun {

	static final List<String> QUEUES = List.of("a", "b");

	final JobStoreFixture fixture;

	final JobStoreModel model;

	final ClaimRules rules;

	private final StateCheck check;

	private final List<JobStore> instances = new ArrayList<>();

	private final Map<Integer, JobId> jobs = new LinkedHashMap<>();

	private final Map<Integer, Long> nodes = new LinkedHashMap<>();

	private int turn;

	ModelRun(JobStoreFixture fixture, Retention retention, boolean isPrompt) {
		this.fixture = fixture;
		this.instances.add(fixture.createStore(retention));
		fixture.secondInstance().ifPresent(this.instances::add);
		this.model = new JobStoreModel(retention);
		this.rules = new ClaimRules(this.model, isPrompt);
		this.check = new StateCheck(this.model, isPrompt);
	}

	/**
	 * Perform a step, and compare all that people see.
	 */
	void perform(Step step) {
		step.perform(this);
		check();
	}

	void check() {
		this.check.check(next().admin());
	}

	/**
	 * Return an instance of the store, another each time.
	 */
	JobStore next() {
		return this.instances.get(this.turn++ % this.instances.size());
	}

	JobAdmin admin() {
		return next().admin();
	}

	/**
	 * Return the instance that a node works with.
	 */
	JobStore storeOf(int node) {
		return this.instances.get(node % this.instances.size());
	}

	void advance(int minutes) {
		this.fixture.advance(Duration.ofMinutes(minutes));
		this.model.advance(minutes);
	}

	void addJob(int label, JobId id) {
		this.jobs.put(label, id);
	}

	Map<Integer, JobId> jobs() {
		return this.jobs;
	}

	Map<Integer, Long> nodes() {
		return this.nodes;
	}

	List<JobId> ids(Collection<Integer> labels) {
		return labels.stream().map(this.jobs::get).filter(Objects::nonNull).toList();
	}

	/**
	 * Return a lease of a job.
	 * @param label the job
	 * @param back how many leases ago, 0 for the last
	 * @return what was claimed, or {@code null} if there is no such lease
	 */
	@Nullable ClaimedJob claim(int label, int back) {
		JobId id = this.jobs.get(label);
		ModelJob job = (id != null) ? this.model.find(id) : null;
		return (job != null && job.claims.size() > back) ? job.claims.get(job.claims.size() - 1 - back) : null;
	}

	void register(int node) {
		List<String> queues = QUEUES.subList(0, 1 + node % 2);
		long id = storeOf(node).register(new NodeDescription("n" + node, queues));
		this.nodes.put(node, id);
		this.model.register(id, queues);
	}

}
