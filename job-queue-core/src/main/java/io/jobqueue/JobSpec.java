package io.jobqueue;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.retry.RetryDelays;

/**
 * One job with its options, on its way to the store. Every option is checked when it is
 * set. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class JobSpec {

	private final JobTarget target;

	private final List<@Nullable Object> arguments;

	private final Function<JobRequest, EnqueueResult> enqueuer;

	private final Map<String, String> headers = new LinkedHashMap<>();

	private @Nullable String queue;

	private @Nullable Integer priority;

	private @Nullable Duration delay;

	private @Nullable Instant runAt;

	private @Nullable Integer maxAttempts;

	private @Nullable Duration timeout;

	private @Nullable RetryDelays backoff;

	private @Nullable Boolean durable;

	private @Nullable Unique unique;

	private @Nullable JobLimits limits;

	private @Nullable JobDeadline deadline;

	JobSpec(JobTarget target, @Nullable Object[] arguments, Function<JobRequest, EnqueueResult> enqueuer) {
		this.target = target;
		this.arguments = Collections.unmodifiableList(Arrays.asList(arguments.clone()));
		this.enqueuer = enqueuer;
	}

	/**
	 * Put the job into a queue other than the handler's.
	 * @param name the queue
	 * @return this
	 * @throws IllegalArgumentException if it is no valid name
	 */
	public JobSpec queue(String name) {
		this.queue = JobNames.requireValid("queue name", name);
		return this;
	}

	/**
	 * Let the job overtake, or fall behind, others of its queue.
	 * @param value from {@value JobRequest#MIN_PRIORITY} to
	 * {@value JobRequest#MAX_PRIORITY}; higher runs first, 0 is usual
	 * @return this
	 */
	public JobSpec priority(int value) {
		Assert.isTrue(value >= JobRequest.MIN_PRIORITY && value <= JobRequest.MAX_PRIORITY,
				() -> "'priority' must be from " + JobRequest.MIN_PRIORITY + " to " + JobRequest.MAX_PRIORITY + ", not "
						+ value);
		this.priority = value;
		return this;
	}

	/**
	 * Run the job after a delay.
	 * @param value how long from now by the store's clock; zero or negative for at once
	 * @return this
	 * @throws IllegalStateException if an instant is set already
	 */
	public JobSpec in(Duration value) {
		Assert.state(this.runAt == null, "A job has either a delay or an instant: call in(..) or at(..), not both");
		this.delay = value;
		return this;
	}

	/**
	 * Run the job at an instant.
	 * @param value when it is due; a past instant means at once
	 * @return this
	 * @throws IllegalStateException if a delay is set already
	 */
	public JobSpec at(Instant value) {
		Assert.state(this.delay == null, "A job has either a delay or an instant: call in(..) or at(..), not both");
		this.runAt = value;
		return this;
	}

	/**
	 * Set after how many failed attempts the job fails for good.
	 * @param value from 1, which means no retry, to {@value JobRequest#MAX_ATTEMPTS}
	 * @return this
	 */
	public JobSpec maxAttempts(int value) {
		Assert.isTrue(value >= 1 && value <= JobRequest.MAX_ATTEMPTS,
				() -> "'maxAttempts' must be from 1 to " + JobRequest.MAX_ATTEMPTS + ", not " + value);
		this.maxAttempts = value;
		return this;
	}

	/**
	 * Limit the time of one attempt.
	 * @param value from one millisecond to 365 days
	 * @return this
	 */
	public JobSpec timeout(Duration value) {
		this.timeout = JobRequest.requireTimeout(value);
		return this;
	}

	/**
	 * Set the delays between the attempts of this job: equal or growing ones
	 * ({@link io.jobqueue.retry.Backoff}), or listed ones
	 * ({@link io.jobqueue.retry.DelayList}).
	 * @param value the delays
	 * @return this
	 */
	public JobSpec backoff(RetryDelays value) {
		this.backoff = value;
		return this;
	}

	/**
	 * Let the job be the only one with its key. Overrides what the handler says.
	 * @param value the key, for how long it is held, and what to do if it is held already
	 * @return this
	 */
	public JobSpec unique(Unique value) {
		this.unique = value;
		return this;
	}

	/**
	 * Let the job fail as expired if it has not been started so long after its due time.
	 * @param value from one millisecond to 36,525 days
	 * @return this
	 * @see JobExpiredException
	 */
	public JobSpec deadline(Duration value) {
		this.deadline = JobDeadline.after(value);
		return this;
	}

	/**
	 * Let the job fail as expired if it has not been started by an instant.
	 * @param value the instant, later than that of {@link #at(Instant)}; if it is past
	 * when the job is enqueued, or before the end of a delay, the job expires
	 * @return this
	 * @see JobExpiredException
	 */
	public JobSpec deadline(Instant value) {
		this.deadline = JobDeadline.at(value);
		return this;
	}

	/**
	 * Attach a header that the handler finds in its {@link JobContext}.
	 * @param name the name, 1 to 255 characters
	 * @param value the value
	 * @return this
	 */
	public JobSpec header(String name, String value) {
		JobNames.requireValidHeader(name, value);
		this.headers.put(name, value);
		return this;
	}

	/**
	 * Let the job count under a key, among all jobs of its queue. Overrides the limits of
	 * the handler. With a limit of one job at a time, those of the key run one after the
	 * other in the order of their priority and arrival, and wait for the retries of each;
	 * otherwise they do not wait for retries.
	 * @param key what the jobs have in common, not empty
	 * @param limit how many of them may run at once or start within a time
	 * @return this
	 */
	public JobSpec concurrencyKey(String key, JobLimit limit) {
		Assert.hasLength(key, "'key' must not be empty");
		this.limits = JobLimits.ofKey(JobKeys.of(key), limit);
		return this;
	}

	/**
	 * Keep the job in the memory of this node instead of the store: it runs here, soon,
	 * or is lost with this node. It has no queue, and cannot wait for an instant.
	 * @return this
	 */
	public JobSpec ephemeral() {
		this.durable = false;
		return this;
	}

	/**
	 * Let the job count under a key, see {@link #concurrencyKey(String, JobLimit)}.
	 * @param key what the jobs have in common, not empty
	 * @param maxConcurrent how many of them may run at once, at least 1
	 * @return this
	 */
	public JobSpec concurrencyKey(String key, int maxConcurrent) {
		return concurrencyKey(key, JobLimit.concurrency(maxConcurrent));
	}

	/**
	 * Give the job to the store, also if the jobs of its handler are ephemeral otherwise.
	 * @return this
	 */
	public JobSpec durable() {
		this.durable = true;
		return this;
	}

	/**
	 * Return what has been specified so far, without enqueueing it; for
	 * {@link JobOperations#enqueueAll(java.util.stream.Stream)}.
	 * @return the request
	 */
	public JobRequest request() {
		return new JobRequest(this.target, this.arguments, this.queue, this.priority, this.delay, this.runAt,
				this.maxAttempts, this.timeout, this.backoff,
				this.headers.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(this.headers)),
				this.unique, this.limits, this.deadline, this.durable);
	}

	/**
	 * Enqueue the job, in the caller's transaction if there is one and the store can.
	 * @return the id of the job; of a unique one, of the job that holds the key
	 * @throws UnknownJobHandlerException if this application knows its handlers and this
	 * is none of them
	 * @throws JobSerializationException if the arguments cannot be written as JSON
	 * @throws IllegalArgumentException if the arguments are too large or do not fit the
	 * handler
	 * @throws DuplicateJobException if another job holds its unique key and it was to
	 * fail then
	 * @throws JobRejectedException if the job is ephemeral and this node did not accept
	 * it
	 * @throws JobStoreException if the store did not accept the job
	 */
	public JobId enqueue() {
		return enqueueResult().id();
	}

	/**
	 * Enqueue the job as {@link #enqueue()} does, and tell what became of it, which is a
	 * question only if it is {@linkplain #unique(Unique) unique}.
	 * @return what happened, and the id of the job that holds the key
	 */
	public EnqueueResult enqueueResult() {
		return this.enqueuer.apply(request());
	}

}
