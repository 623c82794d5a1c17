package io.jobqueue.test.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.jobqueue.JobId;
import io.jobqueue.JobProgress;
import io.jobqueue.store.ClaimedJob;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Mark the lease of a job that runs for a while, and report progress.
 *
 * @param node who does so
 * @param label the job whose lease is marked, with all jobs of that lease
 * @param back how many leases of the job ago
 * @param reported the jobs that progress is reported of
 * @param percent the progress
 */
record MarkStep(int node, int label, int back, List<Integer> reported, int percent) implements Step {

	@Override
	public void perform(ModelRun run) {
		Long id = run.nodes().get(this.node);
		if (id == null) {
			return;
		}
		List<ClaimedJob> marked = new ArrayList<>();
		ClaimedJob first = run.claim(this.label, this.back);
		if (first != null) {
			run.model.jobs((job) -> job.lease != null && job.lease.lease() == first.lease())
				.forEach((job) -> marked.add(job.claims.get(job.claims.size() - 1)));
			if (!marked.contains(first)) {
				marked.add(first);
			}
		}
		Map<JobId, JobProgress> reports = new HashMap<>();
		run.ids(this.reported).forEach((job) -> reports.put(job, new JobProgress(this.percent, "by n" + this.node)));
		assertThat(run.storeOf(this.node).mark(id, marked, reports)).as("Marked").isTrue();
		run.model.mark(id, marked, reports);
	}

	@Override
	public String toString() {
		return "n" + this.node + " marks the lease of j" + this.label
				+ ((this.back > 0) ? " of " + this.back + " leases ago" : "") + " and reports " + this.percent
				+ "% of [" + Lists.jobs(this.reported) + "]";
	}

}
