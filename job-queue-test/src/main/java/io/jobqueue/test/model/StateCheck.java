package io.jobqueue.test.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobFailure;
import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.NodeStatus;
import io.jobqueue.QueueStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares what people see of a store with the model: no id is lost, none is left over,
 * each job is as it should be, and leased to one node at most.
 * <p>
 * A store that is not prompt may show a job as scheduled whose time has come, until
 * somebody claims from its queue.
 */
final class StateCheck {

	private final JobStoreModel model;

	private final boolean isPrompt;

	StateCheck(JobStoreModel model, boolean isPrompt) {
		this.model = model;
		this.isPrompt = isPrompt;
	}

	void check(JobAdmin admin) {
		List<JobRecord> records = admin.find(JobFilter.all(), null, JobAdmin.MAX_PAGE_SIZE);
		List<JobId> expected = new ArrayList<>(this.model.jobs().stream().map((job) -> job.id).toList());
		Collections.reverse(expected);
		assertThat(records.stream().map(JobRecord::id).toList()).as("Ids").isEqualTo(expected);
		Map<JobState, Long> counts = new EnumMap<>(JobState.class);
		for (JobState state : JobState.values()) {
			counts.put(state, 0L);
		}
		for (JobRecord found : records) {
			ModelJob job = this.model.find(found.id());
			if (job != null && !isAsExpected(job, found)) {
				checkJob(job, found);
			}
			counts.merge(found.state(), 1L, Long::sum);
		}
		assertThat(admin.countByState()).as("Counts by state").isEqualTo(counts);
		checkNodes(admin.nodes());
		checkQueues(admin.queues());
	}

	// What nearly always holds, without the price of descriptions.
	private boolean isAsExpected(ModelJob job, JobRecord found) {
		return found.state() == job.state(this.model.now()) && found.attempt() == job.attempts
				&& found.abandonments() == job.abandonments && found.failures().isEmpty() && job.failures.isEmpty()
				&& found.handler().equals(job.job.handler()) && found.queue().equals(job.job.queue())
				&& found.priority() == job.job.priority() && found.maxAttempts() == job.job.maxAttempts()
				&& (found.finishedAt() != null) == (job.end != null) && job.lease == null && found.progress() == null;
	}

	private void checkJob(ModelJob job, JobRecord found) {
		JobState state = job.state(this.model.now());
		if (!(state == JobState.AVAILABLE && job.becameDue && !this.isPrompt && found.state() == JobState.SCHEDULED)) {
			assertThat(found.state()).as("State of %s", job).isEqualTo(state);
		}
		assertThat(List.of(found.handler(), found.queue(), found.priority(), found.maxAttempts())).as("%s", job)
			.isEqualTo(List.of(job.job.handler(), job.job.queue(), job.job.priority(), job.job.maxAttempts()));
		assertThat(found.attempt()).as("Attempts of %s", job).isEqualTo(job.attempts);
		assertThat(found.abandonments()).as("Abandonments of %s", job).isEqualTo(job.abandonments);
		assertThat(found.failures().stream().map(JobFailure::attempt).toList()).as("Failed attempts of %s", job)
			.isEqualTo(job.failures);
		assertThat(found.finishedAt() != null).as("%s has an end", job).isEqualTo(job.end != null);
		if (job.lease != null) {
			assertThat(found.node()).as("Node of %s", job).isEqualTo(job.node);
		}
		if (job.end == null && job.isProgressSure) {
			assertThat(found.progress()).as("Progress of %s", job).isEqualTo(job.progress);
		}
	}

	private void checkNodes(List<NodeStatus> nodes) {
		assertThat(nodes.stream().map(NodeStatus::id).toList()).as("Nodes")
			.containsExactlyInAnyOrderElementsOf(this.model.nodes());
		Set<JobId> leased = new HashSet<>();
		for (NodeStatus node : nodes) {
			assertThat(node.jobs()).as("Jobs of node %s", node.id())
				.isEqualTo(this.model.jobs((job) -> job.isLeasedTo(node.id())).stream().map((job) -> job.id).toList());
			node.jobs().forEach((id) -> assertThat(leased.add(id)).as("One lease only of job %s", id).isTrue());
		}
	}

	private void checkQueues(List<QueueStatus> queues) {
		assertThat(queues.stream().map(QueueStatus::name).toList()).as("Queues")
			.isEqualTo(List.copyOf(this.model.visibleQueues()));
		for (QueueStatus queue : queues) {
			List<ModelJob> jobs = this.model.jobs((job) -> job.job.queue().equals(queue.name()));
			assertThat(queue.isPaused()).as("%s is paused", queue).isEqualTo(this.model.isPaused(queue.name()));
			assertThat(queue.available() + queue.scheduled()).as("Waiting jobs of %s", queue)
				.isEqualTo(jobs.stream().filter(ModelJob::isWaiting).count());
			assertThat(queue.running()).as("Running jobs of %s", queue)
				.isEqualTo(jobs.stream().filter((job) -> job.lease != null).count());
		}
	}

}
