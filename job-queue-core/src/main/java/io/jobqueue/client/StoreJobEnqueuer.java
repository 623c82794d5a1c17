package io.jobqueue.client;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.StringValueResolver;
import org.springframework.util.function.SingletonSupplier;

import io.jobqueue.EnqueueResult;
import io.jobqueue.JobDeadline;
import io.jobqueue.JobEnqueuer;
import io.jobqueue.JobId;
import io.jobqueue.JobLimits;
import io.jobqueue.JobNames;
import io.jobqueue.JobRequest;
import io.jobqueue.Unique;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.interceptor.JobInterceptor;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.metrics.SafeJobMetrics;
import io.jobqueue.interceptor.EnqueuePath;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.UniqueKey;

/**
 * The {@link JobEnqueuer} that completes requests and hands them to a {@link JobStore}:
 * it finds the handler, checks the arguments against it, writes them as JSON, and fills
 * in what the request leaves open, first from the handler, then from the options. All
 * requests of a call are checked before the store is asked, so a wrong one leaves nothing
 * behind. Thread-safe.
 *
 * @since 0.1.0
 */
public final class StoreJobEnqueuer implements JobEnqueuer, EnqueuePath {

	private static final Duration LONGEST_DELAY = Duration.ofDays(36_525);

	private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

	private final JobStore store;

	private final JobSerializer serializer;

	private final EnqueueOptions options;

	private final TargetResolver targets;

	private final Supplier<List<JobInterceptor>> interceptors;

	private final EnqueueCount count;

	private final EphemeralRequests ephemeral;

	/**
	 * Create an enqueuer.
	 * @param store where the jobs go
	 * @param registry the handlers of this application
	 * @param serializer writes the arguments
	 * @param options what applies to all jobs
	 * @param placeholders resolves placeholders in the {@code @Job} annotations of
	 * handlers that run elsewhere
	 */
	public StoreJobEnqueuer(JobStore store, JobHandlerRegistry registry, JobSerializer serializer,
			EnqueueOptions options, StringValueResolver placeholders) {
		this(store, registry, serializer, options, placeholders, List::of, JobMetrics.NONE);
	}

	/**
	 * Create an enqueuer with interceptors and metrics.
	 * @param store where the jobs go
	 * @param registry the handlers of this application
	 * @param serializer writes the arguments
	 * @param options what applies to all jobs
	 * @param placeholders resolves placeholders in the {@code @Job} annotations of
	 * handlers that run elsewhere
	 * @param interceptors supplies what to put around enqueues, the outermost first;
	 * asked at the first enqueue, so that interceptors may need what enqueues
	 * @param metrics what is to be measured
	 */
	public StoreJobEnqueuer(JobStore store, JobHandlerRegistry registry, JobSerializer serializer,
			EnqueueOptions options, StringValueResolver placeholders, Supplier<List<JobInterceptor>> interceptors,
			JobMetrics metrics) {
		this(store, registry, serializer, options, placeholders, interceptors, metrics, () -> null);
	}

	/**
	 * Create an enqueuer with interceptors and metrics that takes ephemeral jobs, too.
	 * @param store where durable jobs go
	 * @param registry the handlers of this application
	 * @param serializer writes the arguments
	 * @param options what applies to all jobs
	 * @param placeholders resolves placeholders in the {@code @Job} annotations of
	 * handlers that run elsewhere
	 * @param interceptors supplies what to put around enqueues, the outermost first;
	 * asked at the first enqueue, so that interceptors may need what enqueues
	 * @param metrics what is to be measured
	 * @param ephemeralJobs supplies where ephemeral jobs go, or {@code null} if this
	 * application runs no jobs; asked when there is one
	 */
	public StoreJobEnqueuer(JobStore store, JobHandlerRegistry registry, JobSerializer serializer,
			EnqueueOptions options, StringValueResolver placeholders, Supplier<List<JobInterceptor>> interceptors,
			JobMetrics metrics, Supplier<? extends @Nullable EphemeralJobs> ephemeralJobs) {
		Assert.notNull(store, "'store' must not be null");
		Assert.notNull(registry, "'registry' must not be null");
		Assert.notNull(serializer, "'serializer' must not be null");
		Assert.notNull(options, "'options' must not be null");
		Assert.notNull(placeholders, "'placeholders' must not be null");
		this.store = store;
		this.serializer = serializer;
		this.options = options;
		this.count = new EnqueueCount(SafeJobMetrics.of(metrics));
		this.ephemeral = new EphemeralRequests(ephemeralJobs, registry);
		this.targets = new TargetResolver(registry, options.unknownHandlers(), placeholders);
		this.interceptors = SingletonSupplier.of(() -> List.copyOf(interceptors.get()));
	}

	@Override
	public List<EnqueueResult> enqueue(List<JobRequest> requests) {
		if (requests.isEmpty()) {
			return List.of();
		}
		List<JobInterceptor> around = this.interceptors.get();
		return around.isEmpty() ? store(requests) : enqueue(requests, around);
	}

	private List<EnqueueResult> store(List<JobRequest> requests) {
		List<NewJob> jobs = new ArrayList<>(requests.size());
		int ephemerals = 0;
		for (JobRequest request : requests) {
			ResolvedTarget target = this.targets.resolve(request.target());
			ephemerals += this.ephemeral.accept(request, target) ? 1 : 0;
			jobs.add(complete(request, target, request.headers()));
		}
		return sendAll(jobs, ephemerals);
	}

	private List<EnqueueResult> enqueue(List<JobRequest> requests, List<JobInterceptor> around) {
		List<PendingJob> pending = new ArrayList<>(requests.size());
		int ephemerals = 0;
		for (JobRequest request : requests) {
			ResolvedTarget target = this.targets.resolve(request.target());
			ephemerals += this.ephemeral.accept(request, target) ? 1 : 0;
			pending.add(new PendingJob(target.name(), queue(request, target), request.headers(),
					(headers) -> complete(request, target, headers)));
		}
		int ephemeralJobs = ephemerals;
		return enqueue(pending, around, (jobs) -> sendAll(jobs, ephemeralJobs));
	}

	private static List<EnqueueResult> enqueue(List<PendingJob> pending, List<JobInterceptor> around,
			Function<List<NewJob>, List<EnqueueResult>> store) {
		return new InterceptedEnqueue(around, List.copyOf(pending),
				() -> store.apply(pending.stream().map(PendingJob::complete).toList()))
			.run();
	}

	@Override
	public boolean isIntercepted() {
		return !this.interceptors.get().isEmpty();
	}

	@Override
	public List<JobId> enqueue(List<NewJob> jobs, Function<List<NewJob>, List<JobId>> destination) {
		List<PendingJob> pending = jobs.stream()
			.map((job) -> new PendingJob(job.handler(), job.queue(), job.headers(), job::withHeaders))
			.toList();
		return enqueue(pending, this.interceptors.get(),
				(complete) -> destination.apply(complete).stream().map(EnqueueResult::enqueued).toList())
			.stream()
			.map(EnqueueResult::id)
			.toList();
	}

	private List<EnqueueResult> sendAll(List<NewJob> jobs, int ephemerals) {
		Assert.isTrue(ephemerals == 0 || ephemerals == jobs.size(),
				"Some of these jobs are ephemeral and others durable: enqueue them by separate calls");
		return (ephemerals > 0) ? keepAll(jobs) : storeAll(jobs);
	}

	private List<EnqueueResult> keepAll(List<NewJob> jobs) {
		List<EnqueueResult> results = this.ephemeral.enqueue(jobs).stream().map(EnqueueResult::enqueued).toList();
		this.count.enqueued(jobs);
		return results;
	}

	private List<EnqueueResult> storeAll(List<NewJob> jobs) {
		for (NewJob job : jobs) {
			if (job.unique() != null) {
				return storeUnique(jobs);
			}
		}
		List<EnqueueResult> results = this.store.enqueue(jobs).stream().map(EnqueueResult::enqueued).toList();
		this.count.enqueued(jobs);
		return results;
	}

	private List<EnqueueResult> storeUnique(List<NewJob> jobs) {
		List<EnqueueResult> results = this.store.enqueueUnique(jobs);
		List<NewJob> added = new ArrayList<>(jobs.size());
		for (int i = 0; i < jobs.size(); i++) {
			if (results.get(i).isEnqueued()) {
				added.add(jobs.get(i));
			}
		}
		this.count.enqueued(added);
		return results;
	}

	/**
	 * Complete and check a request as {@link #enqueue(List)} does, without enqueueing it.
	 * @param request the request
	 * @return the job as it would be stored
	 */
	public NewJob prepare(JobRequest request) {
		return complete(request, this.targets.resolve(request.target()), request.headers());
	}

	private NewJob complete(JobRequest request, ResolvedTarget target, Map<String, String> headers) {
		ArgumentCheck.check(target, request.arguments());
		Sizes.checkHeaders(request.headers());
		String arguments = this.serializer.writeArguments(request.arguments());
		Sizes.checkArguments(target.name(), arguments, this.options.maxArgumentBytes());
		return new NewJob(target.name(), queue(request, target), priority(request, target),
				maxAttempts(request, target), arguments, headers, delay(request), runAt(request), timeout(request),
				(request.backoff() != null) ? request.backoff().format() : null, limits(request, target),
				unique(request, target, arguments), deadline(request, target));
	}

	private static String queue(JobRequest request, ResolvedTarget target) {
		if (EphemeralRequests.isEphemeral(request, target)) {
			return JobNames.EPHEMERAL_QUEUE;
		}
		String queue = request.queue();
		return (queue != null) ? JobNames.requireValid("queue name", queue) : target.queue();
	}

	private static int priority(JobRequest request, ResolvedTarget target) {
		Integer priority = request.priority();
		return (priority != null) ? requireRange("priority", priority, JobRequest.MIN_PRIORITY, JobRequest.MAX_PRIORITY)
				: target.priority();
	}

	private int maxAttempts(JobRequest request, ResolvedTarget target) {
		Integer ofRequest = request.maxAttempts();
		Integer ofHandler = target.maxAttempts();
		if (ofRequest != null) {
			return requireRange("maxAttempts", ofRequest, 1, JobRequest.MAX_ATTEMPTS);
		}
		return (ofHandler != null) ? ofHandler : this.options.maxAttempts();
	}

	private static @Nullable Duration delay(JobRequest request) {
		Duration delay = request.delay();
		Assert.isTrue(delay == null || request.runAt() == null, "A job has either a delay or an instant, not both");
		Assert.isTrue(delay == null || delay.compareTo(LONGEST_DELAY) <= 0,
				() -> "A job cannot be delayed by more than " + LONGEST_DELAY.toDays() + " days, but by " + delay);
		return (delay == null || delay.isNegative() || delay.isZero()) ? null : delay;
	}

	private static @Nullable Instant runAt(JobRequest request) {
		Instant runAt = request.runAt();
		Assert.isTrue(runAt == null || !runAt.isAfter(LATEST),
				() -> "A job cannot be scheduled later than " + LATEST + ", but is for " + runAt);
		// The store's clock decides what is past, but no clock shows less than zero.
		return (runAt == null || runAt.isBefore(Instant.EPOCH)) ? null : runAt;
	}

	private static @Nullable Duration timeout(JobRequest request) {
		Duration timeout = request.timeout();
		if (timeout != null) {
			JobRequest.requireTimeout(timeout);
		}
		return timeout;
	}

	private static @Nullable JobLimits limits(JobRequest request, ResolvedTarget target) {
		JobLimits limits = request.limits();
		return (limits == null && target.limits() != null) ? target.limits().of(request.arguments()) : limits;
	}

	private @Nullable UniqueKey unique(JobRequest request, ResolvedTarget target, String arguments) {
		Unique unique = request.unique();
		if (unique == null && target.unique() != null) {
			unique = target.unique().of(request.arguments());
		}
		return (unique != null) ? UniqueKeys.write(unique, arguments, this.serializer) : null;
	}

	private static @Nullable JobDeadline deadline(JobRequest request, ResolvedTarget target) {
		JobDeadline deadline = request.deadline();
		if (deadline == null) {
			return (target.deadline() != null) ? JobDeadline.after(target.deadline()) : null;
		}
		Instant at = deadline.at();
		Assert.isTrue(at == null || request.runAt() == null || at.isAfter(request.runAt()),
				() -> "The deadline of a job must be later than its due time: " + at + " is not after "
						+ request.runAt());
		return deadline;
	}

	private static int requireRange(String name, int value, int min, int max) {
		Assert.isTrue(value >= min && value <= max,
				() -> "'" + name + "' must be from " + min + " to " + max + ", not " + value);
		return value;
	}

}
