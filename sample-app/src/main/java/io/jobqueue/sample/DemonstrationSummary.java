package io.jobqueue.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobFilter;
import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.workflow.WorkflowState;
import io.jobqueue.workflow.Workflows;

/**
 * Logs one summary when the jobs and workflows of the demonstration have finished. Totals
 * are taken from the history of the jobs, so they are right also if the demonstration was
 * interrupted and resumed; times are those of this run.
 */
@Component
class DemonstrationSummary {

	private static final Logger logger = LoggerFactory.getLogger(DemonstrationSummary.class);

	private static final String SUMMARY = """
			Demonstration finished: %,d orders, %,d jobs (%,d succeeded, dead letters: %,d), %,d failed attempts, \
			%,d retries. This run: %,d attempts in %.1f s, %,.0f per second""";

	private final JobAdmin admin;

	private final OrderRepository orders;

	private final RunStatistics run;

	private final Workflows workflows;

	private final DeliveryRepository deliveries;

	private volatile boolean isUnderWay;

	private boolean wasIdle;

	DemonstrationSummary(JobAdmin admin, OrderRepository orders, RunStatistics run, Workflows workflows,
			DeliveryRepository deliveries) {
		this.admin = admin;
		this.orders = orders;
		this.run = run;
		this.workflows = workflows;
		this.deliveries = deliveries;
	}

	/**
	 * Look out for the end from now on, if there is anything to do or has been.
	 */
	void begin() {
		long live = live();
		this.isUnderWay = live > 0 || this.run.attempts() > 0;
		logger.info("{} jobs to go", live);
	}

	@Scheduled(fixedDelay = 250)
	void logWhenFinished() {
		if (this.isUnderWay) {
			boolean isIdle = live() == 0 && this.workflows.list(WorkflowState.RUNNING, null, 1).isEmpty();
			if (isIdle && this.wasIdle) {
				this.isUnderWay = false;
				logger.info("Prepaid orders: {} shipped, {} failed", this.deliveries.count("SHIPPED"),
						this.deliveries.count("FAILED"));
				logger.info(summary());
			}
			// Listeners are told a moment later than the store, so it takes a second
			// look.
			this.wasIdle = isIdle;
		}
	}

	private long live() {
		return this.admin.queues()
			.stream()
			.filter((queue) -> !queue.name().equals(ReportJobs.QUEUE))
			.mapToLong((queue) -> queue.available() + queue.scheduled() + queue.running())
			.sum();
	}

	private String summary() {
		long succeeded = 0;
		long dead = 0;
		long failures = 0;
		for (JobRecord job : finished()) {
			succeeded += (job.state() == JobState.SUCCEEDED) ? 1 : 0;
			dead += (job.state() == JobState.FAILED) ? 1 : 0;
			failures += job.failures().size();
		}
		Duration elapsed = this.run.elapsed();
		return String.format(Locale.ROOT, SUMMARY, this.orders.count(), succeeded + dead, succeeded, dead, failures,
				failures - dead, this.run.attempts(), elapsed.toMillis() / 1000d,
				this.run.attempts() * 1000d / Math.max(1, elapsed.toMillis()));
	}

	// Reports go on and on, and deliveries are counted by themselves.
	private List<JobRecord> finished() {
		List<JobRecord> finished = new ArrayList<>();
		@Nullable JobId before = null;
		List<JobRecord> page;
		do {
			page = this.admin.find(JobFilter.in(JobState.SUCCEEDED, JobState.FAILED), before, JobAdmin.MAX_PAGE_SIZE);
			for (JobRecord job : page) {
				if (OrderJobs.QUEUES.contains(job.queue())) {
					finished.add(job);
				}
				before = job.id();
			}
		}
		while (page.size() == JobAdmin.MAX_PAGE_SIZE);
		return finished;
	}

}
