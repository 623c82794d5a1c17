package io.jobqueue.benchmarks.engine.jobqueue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

import io.jobqueue.JobAdmin;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobSpec;
import io.jobqueue.JobTemplate;
import io.jobqueue.LimitTarget;
import io.jobqueue.autoconfigure.endpoint.JobQueueEndpoint;
import io.jobqueue.autoconfigure.endpoint.JobQueueEndpointJmxExtension;
import io.jobqueue.recurring.Recurrence;
import io.jobqueue.recurring.RecurringJobs;
import io.jobqueue.store.JobStore;
import io.jobqueue.worker.JobWorker;
import io.jobqueue.worker.PoolStatus;
import io.jobqueue.workflow.WorkflowSpec;
import io.jobqueue.workflow.Workflows;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Fills a queue: for each hundred jobs that wait there are ten that have ended, one that
 * is not due yet, and two that wait for others with their key.
 */
final class Filler {

	private static final int KEYS = 100;

	private static final int TENANTS = 100;

	private static final int RARE = 10;

	private static final int WORKFLOWS = 100;

	private static final int TASKS = 200;

	private static final int RECURRING = 20;

	private static final Duration PATIENCE = Duration.ofMinutes(10);

	private final ConfigurableApplicationContext context;

	private final JobTemplate jobs;

	private final JobAdmin admin;

	private final ShopJobs handlers;

	private final long waiting;

	Filler(ConfigurableApplicationContext context, long waiting) {
		this.context = context;
		this.jobs = context.getBean(JobTemplate.class);
		this.admin = context.getBean(JobAdmin.class);
		this.handlers = context.getBean(ShopJobs.class);
		this.waiting = waiting;
	}

	Contents fill() {
		JobWorker worker = this.context.getBean(JobWorker.class);
		worker.start();
		Jobs finished = finish();
		Jobs running = occupy(worker);
		enqueue(RARE, (i) -> this.jobs.job(Contents.RARE_HANDLER, i).queue(Contents.LARGE_QUEUE));
		Jobs line = enqueue(this.waiting / 2, this::ordinary);
		Jobs keyed = enqueue(part(50), (i) -> ordinary(i).concurrencyKey("customer-" + i % KEYS, 1));
		Jobs scheduled = enqueue(part(100), (i) -> ordinary(i).in(Duration.ofMinutes(1 + i % 1440)));
		enqueue(this.waiting - this.waiting / 2, this::ordinary);
		this.admin.limit(LimitTarget.queue("billing"), JobLimit.concurrency(1000));
		addRecurring();
		String workflow = addWorkflows();
		JobQueueEndpoint endpoint = new JobQueueEndpoint(this.context.getBean(JobStore.class), this.admin, worker,
				this.context.getBean(RecurringJobs.class), this.context.getBean(Workflows.class), List.of());
		return new Contents(this.admin, endpoint, new JobQueueEndpointJmxExtension(endpoint, Show.ALWAYS), line, keyed,
				scheduled, running, finished, this.admin.nodes().get(0).id(), workflow);
	}

	private long part(long divisor) {
		return Math.max(1, this.waiting / divisor);
	}

	// Most jobs succeed.
	private Jobs finish() {
		long before = this.handlers.started();
		Jobs succeeding = enqueue(part(10), this::ordinary);
		enqueue(part(500), (i) -> specified(i, ShopJobs.FAIL).maxAttempts(1));
		List<JobId> cancelled = this.jobs
			.enqueueAll(LongStream.range(0, part(500)).mapToObj((i) -> ordinary(i).in(Duration.ofDays(1)).request()));
		this.admin.cancel(cancelled);
		await(() -> this.handlers.started() - before >= part(10) + part(500)
				&& this.admin.queues().stream().allMatch((queue) -> queue.available() + queue.running() == 0));
		return succeeding;
	}

	// As many as there are threads, so that those that come later wait.
	private Jobs occupy(JobWorker worker) {
		int threads = worker.pools().stream().mapToInt(PoolStatus::concurrency).sum();
		long before = this.handlers.started();
		Jobs running = enqueue(threads, (i) -> specified(i, ShopJobs.STAY));
		await(() -> this.handlers.started() - before >= threads);
		return running;
	}

	private JobSpec ordinary(long number) {
		JobSpec job = specified(number, number);
		if (number % 50 < 2) {
			job.priority((number % 50 == 0) ? 5 : -5);
		}
		if (number % 10 == 5) {
			job.header(Contents.HEADER, Long.toString(number / 10 % TENANTS));
		}
		return job;
	}

	private JobSpec specified(long number, long argument) {
		int share = (int) (number % 20);
		if (share < 9) {
			return this.jobs.job(Contents.USUAL_HANDLER, argument).queue(Contents.LARGE_QUEUE);
		}
		if (share < 12) {
			return this.jobs.job("orders.ship", argument).queue(Contents.LARGE_QUEUE);
		}
		if (share < 17) {
			return this.jobs.job("mail.send", argument).queue("mail");
		}
		return (share < 19) ? this.jobs.job("billing.invoice", argument).queue("billing")
				: this.jobs.job("reports.run", argument).queue(Contents.SMALL_QUEUE);
	}

	private Jobs enqueue(long count, LongFunction<JobSpec> job) {
		Jobs some = new Jobs();
		this.jobs.enqueueAll(LongStream.range(0, count).mapToObj((i) -> job.apply(i).request()), some);
		return some;
	}

	private void addRecurring() {
		RecurringJobs recurring = this.context.getBean(RecurringJobs.class);
		for (int i = 0; i < RECURRING; i++) {
			recurring.create("report-" + i, Recurrence.every(Duration.ofDays(1 + i)),
					this.jobs.job("reports.run", (long) i).queue(Contents.SMALL_QUEUE).request());
		}
	}

	private String addWorkflows() {
		Workflows workflows = this.context.getBean(Workflows.class);
		for (int i = 0; i < WORKFLOWS; i++) {
			define(workflows, "small", 3).start();
		}
		return define(workflows, "large", TASKS).start().id().toString();
	}

	private WorkflowSpec define(Workflows workflows, String name, int tasks) {
		WorkflowSpec workflow = workflows.define(name);
		for (int i = 0; i < tasks; i++) {
			workflow.task("task-" + i, this.jobs.job("reports.run", (long) i).queue(Contents.SMALL_QUEUE));
			if (i > 0) {
				workflow.after("task-" + (i - 1) / 2);
			}
		}
		return workflow;
	}

	private static void await(BooleanSupplier condition) {
		long giveUp = System.nanoTime() + PATIENCE.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > giveUp) {
				throw new IllegalStateException("Jobs do not run");
			}
			LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
		}
	}

}
