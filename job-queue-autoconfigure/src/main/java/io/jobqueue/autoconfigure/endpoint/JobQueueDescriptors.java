package io.jobqueue.autoconfigure.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

import io.jobqueue.JobFailure;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobLimits;
import io.jobqueue.JobPage;
import io.jobqueue.JobProgress;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.LimitTarget;
import io.jobqueue.NodeStatus;
import io.jobqueue.QueueStatus;
import io.jobqueue.RateLimit;
import io.jobqueue.worker.WorkerStatus;

/**
 * What {@link JobQueueEndpoint} answers. Components that are {@code null} are left out of
 * the JSON.
 *
 * @since 0.1.0
 */
public final class JobQueueDescriptors {

	private JobQueueDescriptors() {
	}

	private static @Nullable Long value(@Nullable JobId id) {
		return (id != null) ? id.value() : null;
	}

	/**
	 * The job queue at a glance.
	 *
	 * @param store where jobs are kept
	 * @param worker the worker of this node; {@code null} if there is none or it is
	 * stopped
	 * @param nodes how many nodes are alive
	 * @param queues how many queues there are
	 * @param pausedQueues the paused ones
	 * @param available the number of jobs of all queues that are due and wait
	 * @param scheduled the number of those that are not due yet
	 * @param running the number of those that are leased to nodes
	 * @param oldestAge how long the oldest waiting job has been waiting
	 * @param exact whether all numbers of jobs are exact; large ones may be estimates
	 */
	public record Overview(String store, @Nullable Worker worker, int nodes, int queues, List<String> pausedQueues,
			long available, long scheduled, long running, @Nullable Duration oldestAge,
			boolean exact) implements OperationResponseBody {

		static Overview of(String store, @Nullable Worker worker, List<NodeStatus> nodes, List<QueueStatus> queues) {
			return new Overview(store, worker, nodes.size(), queues.size(),
					queues.stream().filter(QueueStatus::isPaused).map(QueueStatus::name).toList(),
					queues.stream().mapToLong(QueueStatus::available).sum(),
					queues.stream().mapToLong(QueueStatus::scheduled).sum(),
					queues.stream().mapToLong(QueueStatus::running).sum(), oldestAge(queues),
					queues.stream().allMatch(QueueStatus::isExact));
		}

		private static @Nullable Duration oldestAge(List<QueueStatus> queues) {
			Duration oldest = null;
			for (QueueStatus queue : queues) {
				Duration age = queue.oldestAge();
				if (age != null && (oldest == null || age.compareTo(oldest) > 0)) {
					oldest = age;
				}
			}
			return oldest;
		}

	}

	/**
	 * The worker of this node.
	 *
	 * @param node its id, if it is registered
	 * @param name what people call it
	 * @param queues the queues it takes jobs from
	 * @param running how many jobs run
	 * @param waiting how many claimed jobs wait for a thread
	 * @param runaway how many of the running jobs do not end although they were told to
	 */
	public record Worker(@Nullable Long node, String name, List<String> queues, int running, int waiting, int runaway) {

		static Worker of(WorkerStatus status) {
			return new Worker(status.node(), status.name(), status.queues(), status.running(), status.waiting(),
					status.runaway());
		}

	}

	/**
	 * All queues.
	 *
	 * @param queues the queues by name
	 */
	public record Queues(List<Queue> queues) implements OperationResponseBody {
	}

	/**
	 * A queue.
	 *
	 * @param name its name
	 * @param paused whether nothing is taken from it
	 * @param available the number of jobs that are due and wait
	 * @param scheduled the number of jobs that are not due yet
	 * @param running the number of jobs that are leased to nodes
	 * @param oldestAge how long the oldest waiting job has been waiting
	 * @param exact whether all numbers are exact; large ones may be estimates
	 */
	public record Queue(String name, boolean paused, long available, long scheduled, long running,
			@Nullable Duration oldestAge, boolean exact) implements OperationResponseBody {

		static Queue of(QueueStatus status) {
			return new Queue(status.name(), status.isPaused(), status.available(), status.scheduled(), status.running(),
					status.oldestAge(), status.isExact());
		}

	}

	/**
	 * All nodes.
	 *
	 * @param nodes the nodes that are alive, oldest first
	 */
	public record Nodes(List<Node> nodes) implements OperationResponseBody {
	}

	/**
	 * A node.
	 *
	 * @param id its id
	 * @param name what people call it
	 * @param startedAt when it took its id
	 * @param seenAt its last heartbeat
	 * @param queues the queues it takes jobs from
	 * @param jobs the ids of the jobs that are leased to it, at most 1,000
	 */
	public record Node(long id, String name, Instant startedAt, Instant seenAt, List<String> queues,
			List<Long> jobs) implements OperationResponseBody {

		static Node of(NodeStatus status) {
			return new Node(status.id(), status.name(), status.startedAt(), status.seenAt(), status.queues(),
					status.jobs().stream().map(JobId::value).toList());
		}

	}

	/**
	 * A page of jobs, newest first.
	 *
	 * @param jobs the jobs
	 * @param next what to ask for as {@code before} to get the next page; {@code null} on
	 * the last page
	 */
	public record Jobs(List<JobSummary> jobs, @Nullable Long next) implements OperationResponseBody {

		static Jobs of(JobPage page) {
			return new Jobs(page.jobs().stream().map(JobSummary::of).toList(), value(page.next()));
		}

	}

	/**
	 * A job in a list.
	 *
	 * @param id its id
	 * @param handler name of its handler
	 * @param queue its queue
	 * @param state where it is in its life
	 * @param priority its priority
	 * @param attempt number of counted attempts so far
	 * @param maxAttempts number of attempts after which it fails for good
	 * @param createdAt time of the enqueue
	 * @param runAt time from which it is due
	 * @param startedAt start of the last attempt, of a finished job
	 * @param finishedAt end of the last attempt, of a finished job
	 * @param node the node that holds or last held it
	 * @param lastFailure class and message of the last failure
	 */
	public record JobSummary(long id, String handler, String queue, JobState state, int priority, int attempt,
			int maxAttempts, Instant createdAt, Instant runAt, @Nullable Instant startedAt,
			@Nullable Instant finishedAt, @Nullable Long node, @Nullable String lastFailure) {

		static JobSummary of(JobRecord job) {
			return new JobSummary(job.id().value(), job.handler(), job.queue(), job.state(), job.priority(),
					job.attempt(), job.maxAttempts(), job.createdAt(), job.runAt(), job.startedAt(), job.finishedAt(),
					job.node(), lastFailure(job.failures()));
		}

		private static @Nullable String lastFailure(List<JobFailure> failures) {
			if (failures.isEmpty()) {
				return null;
			}
			JobFailure last = failures.get(failures.size() - 1);
			return (last.message() != null) ? last.type() + ": " + last.message() : last.type();
		}

	}

	/**
	 * A job with everything that is known of it.
	 *
	 * @param id its id
	 * @param handler name of its handler
	 * @param queue its queue
	 * @param state where it is in its life
	 * @param priority its priority
	 * @param attempt number of counted attempts so far
	 * @param maxAttempts number of attempts after which it fails for good
	 * @param abandonments how often a node died while it held the job
	 * @param createdAt time of the enqueue
	 * @param runAt time from which it is due
	 * @param startedAt start of the last attempt, of a finished job
	 * @param finishedAt end of the last attempt, of a finished job
	 * @param node the node that holds or last held it
	 * @param progress what a running handler last reported
	 * @param arguments the arguments, sanitized
	 * @param headers the headers, sanitized
	 * @param result what the handler returned, sanitized
	 * @param failures the failed attempts, oldest first, at most 10
	 * @param limits the limits that it is subject to besides those of its queue
	 * @param deadline until when it must have been started
	 */
	public record Job(long id, String handler, String queue, JobState state, int priority, int attempt, int maxAttempts,
			int abandonments, Instant createdAt, Instant runAt, @Nullable Instant startedAt,
			@Nullable Instant finishedAt, @Nullable Long node, @Nullable JobProgress progress,
			@Nullable Object arguments, Map<String, @Nullable Object> headers, @Nullable Object result,
			List<JobFailure> failures, @Nullable LimitsOfJob limits,
			@Nullable Instant deadline) implements OperationResponseBody {

		static Job of(JobRecord job, JobValues values, boolean isShown) {
			return new Job(job.id().value(), job.handler(), job.queue(), job.state(), job.priority(), job.attempt(),
					job.maxAttempts(), job.abandonments(), job.createdAt(), job.runAt(), job.startedAt(),
					job.finishedAt(), job.node(), job.progress(), values.json("arguments", job.arguments(), isShown),
					values.headers(job.headers(), isShown), values.json("result", job.result(), isShown),
					job.failures(), LimitsOfJob.of(job.limits(), values, isShown), job.deadline());
		}

	}

	/**
	 * The limits of a job besides those of its queue.
	 *
	 * @param key its concurrency key, sanitized
	 * @param ofKey the limit of the key; {@code null} without a key
	 * @param keyHeldOnRetry whether it counts under its key while it waits for a retry
	 * @param ofHandler the limit of its handler; {@code null} if there is none
	 */
	public record LimitsOfJob(@Nullable Object key, @Nullable Bound ofKey, boolean keyHeldOnRetry,
			@Nullable Bound ofHandler) {

		static @Nullable LimitsOfJob of(@Nullable JobLimits limits, JobValues values, boolean isShown) {
			if (limits == null) {
				return null;
			}
			String key = limits.key();
			return new LimitsOfJob((key != null) ? values.text("key", key, isShown) : null, Bound.of(limits.keyLimit()),
					limits.isKeyHeldOnRetry(), Bound.of(limits.handlerLimit()));
		}

	}

	/**
	 * How many jobs may run or start.
	 *
	 * @param maxConcurrent how many may run at once; {@code null} for any number
	 * @param rate how many may start within a time; {@code null} for any number
	 */
	public record Bound(@Nullable Integer maxConcurrent, @Nullable RateLimit rate) {

		static @Nullable Bound of(JobLimit limit) {
			return limit.isNone() ? null : new Bound(limit.maxConcurrent(), limit.rate());
		}

	}

	/**
	 * The limits that were set, by the configuration or at run time.
	 *
	 * @param limits the limits by queue, scope and handler
	 */
	public record Limits(List<Limit> limits) implements OperationResponseBody {

		static Limits of(Map<LimitTarget, JobLimit> limits) {
			return new Limits(limits.entrySet()
				.stream()
				.map((limit) -> Limit.of(limit.getKey(), limit.getValue()))
				.sorted(Comparator.comparing(Limit::queue)
					.thenComparing(Limit::scope)
					.thenComparing((limit) -> String.valueOf(limit.handler())))
				.toList());
		}

	}

	/**
	 * A limit that holds on all nodes together.
	 *
	 * @param queue the queue
	 * @param scope which of its jobs count together
	 * @param handler the handler whose jobs are meant; {@code null} for all of the queue
	 * @param maxConcurrent how many may run at once; {@code null} for any number
	 * @param rate how many may start within a time; {@code null} for any number
	 */
	public record Limit(String queue, LimitTarget.Scope scope, @Nullable String handler,
			@Nullable Integer maxConcurrent, @Nullable RateLimit rate) {

		static Limit of(LimitTarget target, JobLimit limit) {
			return new Limit(target.queue(), target.scope(), target.handler(), limit.maxConcurrent(), limit.rate());
		}

	}

	/**
	 * What became of one job.
	 *
	 * @param id its id
	 * @param changed whether something was done; not if its state does not allow it
	 * @param state its state afterwards; {@code null} if it is deleted
	 */
	public record JobChange(long id, boolean changed, @Nullable JobState state) implements OperationResponseBody {
	}

	/**
	 * What became of a page of jobs.
	 *
	 * @param found how many jobs there were on the page
	 * @param changed with how many of them something was done
	 * @param next what to pass as {@code before} to go on; {@code null} if there are no
	 * more
	 */
	public record JobChanges(int found, int changed, @Nullable Long next) implements OperationResponseBody {

		static JobChanges of(JobPage page, int changed) {
			return new JobChanges(page.jobs().size(), changed, value(page.next()));
		}

	}

	/**
	 * What is wrong with a request.
	 *
	 * @param message what is wrong, and what to do
	 */
	public record Problem(String message) implements OperationResponseBody {
	}

}
