package io.jobqueue.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

import io.jobqueue.client.UnknownHandlers;
import io.jobqueue.worker.EphemeralOptions;

/**
 * Configuration properties for the job queue.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("job-queue")
public class JobQueueProperties {

	/**
	 * Whether to set up the job queue.
	 */
	private boolean enabled = true;

	/**
	 * Store that keeps the jobs. Detected if there is exactly one candidate; "memory" has
	 * to be named, because its jobs are gone when the process ends.
	 */
	private @Nullable JobStoreType store;

	/**
	 * What to do with an enqueue for a handler that this application does not have. An
	 * application without any handler may enqueue for all of them in any case.
	 */
	private UnknownHandlers unknownHandlers = UnknownHandlers.REJECT;

	/**
	 * Maximum size of the arguments of a job, as JSON.
	 */
	private DataSize maxArgumentSize = DataSize.ofMegabytes(1);

	/**
	 * Whether to publish what happens to jobs on this node as application events of type
	 * "io.jobqueue.event.JobEvent", too.
	 */
	private boolean applicationEvents;

	private final Retry retry = new Retry();

	private final Worker worker = new Worker();

	private final Ephemeral ephemeral = new Ephemeral();

	/**
	 * Settings of queues, by name. A name with other characters than letters, digits and
	 * dashes has to be written in square brackets.
	 */
	private final Map<String, Queue> queues = new LinkedHashMap<>();

	private final Recurring recurring = new Recurring();

	private final Workflow workflow = new Workflow();

	private final Retention retention = new Retention();

	private final Observation observation = new Observation();

	private final Postgres postgres = new Postgres();

	private final Redis redis = new Redis();

	private final Metrics metrics = new Metrics();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable JobStoreType getStore() {
		return this.store;
	}

	public void setStore(@Nullable JobStoreType store) {
		this.store = store;
	}

	public UnknownHandlers getUnknownHandlers() {
		return this.unknownHandlers;
	}

	public void setUnknownHandlers(UnknownHandlers unknownHandlers) {
		this.unknownHandlers = unknownHandlers;
	}

	public DataSize getMaxArgumentSize() {
		return this.maxArgumentSize;
	}

	public void setMaxArgumentSize(DataSize maxArgumentSize) {
		this.maxArgumentSize = maxArgumentSize;
	}

	public boolean isApplicationEvents() {
		return this.applicationEvents;
	}

	public void setApplicationEvents(boolean applicationEvents) {
		this.applicationEvents = applicationEvents;
	}

	public Retry getRetry() {
		return this.retry;
	}

	public Worker getWorker() {
		return this.worker;
	}

	public Ephemeral getEphemeral() {
		return this.ephemeral;
	}

	public Map<String, Queue> getQueues() {
		return this.queues;
	}

	public Recurring getRecurring() {
		return this.recurring;
	}

	public Workflow getWorkflow() {
		return this.workflow;
	}

	public Retention getRetention() {
		return this.retention;
	}

	public Observation getObservation() {
		return this.observation;
	}

	public Postgres getPostgres() {
		return this.postgres;
	}

	public Redis getRedis() {
		return this.redis;
	}

	public Metrics getMetrics() {
		return this.metrics;
	}

	/**
	 * Enqueues and attempts as observations.
	 */
	public static class Observation {

		/**
		 * Whether to observe enqueues and attempts. By default they are observed if
		 * tracing is set up.
		 */
		private @Nullable Boolean enabled;

		public @Nullable Boolean getEnabled() {
			return this.enabled;
		}

		public void setEnabled(@Nullable Boolean enabled) {
			this.enabled = enabled;
		}

	}

	/**
	 * What happens after a failed attempt, unless the handler or the job says otherwise.
	 */
	public static class Retry {

		/**
		 * Number of failed attempts after which a job fails for good.
		 */
		private int maxAttempts = 10;

		/**
		 * Delay after the first failed attempt.
		 */
		private Duration delay = Duration.ofSeconds(1);

		/**
		 * How much longer each further delay is; 1 for equal delays.
		 */
		private double multiplier = 2;

		/**
		 * Longest delay, before jitter.
		 */
		private Duration maxDelay = Duration.ofHours(1);

		/**
		 * Greatest random change of a delay, as a part of it: from 0 for none to 1.
		 */
		private double jitter = 0.2;

		/**
		 * Comma-separated list of the delays one by one, without jitter; the last one
		 * repeats. Takes the place of the delays that grow.
		 */
		private List<Duration> delays = new ArrayList<>();

		/**
		 * Name of a RetryPolicy bean that decides about the delays. Takes the place of
		 * the delays that grow.
		 */
		private @Nullable String policy;

		public int getMaxAttempts() {
			return this.maxAttempts;
		}

		public void setMaxAttempts(int maxAttempts) {
			this.maxAttempts = maxAttempts;
		}

		public Duration getDelay() {
			return this.delay;
		}

		public void setDelay(Duration delay) {
			this.delay = delay;
		}

		public double getMultiplier() {
			return this.multiplier;
		}

		public void setMultiplier(double multiplier) {
			this.multiplier = multiplier;
		}

		public Duration getMaxDelay() {
			return this.maxDelay;
		}

		public void setMaxDelay(Duration maxDelay) {
			this.maxDelay = maxDelay;
		}

		public double getJitter() {
			return this.jitter;
		}

		public void setJitter(double jitter) {
			this.jitter = jitter;
		}

		public List<Duration> getDelays() {
			return this.delays;
		}

		public void setDelays(List<Duration> delays) {
			this.delays = delays;
		}

		public @Nullable String getPolicy() {
			return this.policy;
		}

		public void setPolicy(@Nullable String policy) {
			this.policy = policy;
		}

	}

	/**
	 * How this application works jobs.
	 */
	public static class Worker {

		/**
		 * Whether to work jobs in this application; otherwise it only enqueues them.
		 */
		private boolean enabled = true;

		/**
		 * Whether to start to work with the application, or only when the worker is
		 * started.
		 */
		private boolean autoStartup = true;

		/**
		 * Number of jobs that run at once, without those of the pools.
		 */
		private int concurrency = 10;

		/**
		 * Comma-separated list of queues to work: all "name", the first before the
		 * second, or all "name=weight". By default all queues of the configuration and of
		 * the handlers that belong to no pool, with equal weights.
		 */
		private List<String> queues = new ArrayList<>();

		/**
		 * Maximum number of jobs that are taken in advance; 0 for none.
		 */
		private int maxPrefetch = 1000;

		/**
		 * How often to ask the store for jobs when nothing tells that there are any.
		 */
		private Duration pollInterval = Duration.ofSeconds(1);

		/**
		 * How often to tell that this node is alive.
		 */
		private Duration heartbeatInterval = Duration.ofSeconds(5);

		/**
		 * Silence after which a node counts as dead and its jobs run elsewhere. Must be
		 * the same on all nodes.
		 */
		private Duration deadAfter = Duration.ofSeconds(15);

		/**
		 * Time that running jobs get to end on shutdown before they are interrupted. Must
		 * be shorter than "spring.lifecycle.timeout-per-shutdown-phase".
		 */
		private Duration shutdownTimeout = Duration.ofSeconds(25);

		/**
		 * What people call this node. By default the name of the application, the host
		 * and the process id.
		 */
		private @Nullable String nodeName;

		/**
		 * Additional pools with threads and queues of their own, by name.
		 */
		private final Map<String, Pool> pools = new LinkedHashMap<>();

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public boolean isAutoStartup() {
			return this.autoStartup;
		}

		public void setAutoStartup(boolean autoStartup) {
			this.autoStartup = autoStartup;
		}

		public int getConcurrency() {
			return this.concurrency;
		}

		public void setConcurrency(int concurrency) {
			this.concurrency = concurrency;
		}

		public List<String> getQueues() {
			return this.queues;
		}

		public void setQueues(List<String> queues) {
			this.queues = queues;
		}

		public int getMaxPrefetch() {
			return this.maxPrefetch;
		}

		public void setMaxPrefetch(int maxPrefetch) {
			this.maxPrefetch = maxPrefetch;
		}

		public Duration getPollInterval() {
			return this.pollInterval;
		}

		public void setPollInterval(Duration pollInterval) {
			this.pollInterval = pollInterval;
		}

		public Duration getHeartbeatInterval() {
			return this.heartbeatInterval;
		}

		public void setHeartbeatInterval(Duration heartbeatInterval) {
			this.heartbeatInterval = heartbeatInterval;
		}

		public Duration getDeadAfter() {
			return this.deadAfter;
		}

		public void setDeadAfter(Duration deadAfter) {
			this.deadAfter = deadAfter;
		}

		public Duration getShutdownTimeout() {
			return this.shutdownTimeout;
		}

		public void setShutdownTimeout(Duration shutdownTimeout) {
			this.shutdownTimeout = shutdownTimeout;
		}

		public @Nullable String getNodeName() {
			return this.nodeName;
		}

		public void setNodeName(@Nullable String nodeName) {
			this.nodeName = nodeName;
		}

		public Map<String, Pool> getPools() {
			return this.pools;
		}

	}

	/**
	 * Jobs that are kept in the memory of this node instead of the store.
	 */
	public static class Ephemeral {

		/**
		 * Maximum number of ephemeral jobs that this node holds: those that wait, those
		 * that run and those that will be retried.
		 */
		private int capacity = 10000;

		/**
		 * Number of ephemeral jobs that run at once, besides those of the store.
		 */
		private int concurrency = 10;

		/**
		 * What to do with an ephemeral job for which there is no room: let the enqueue
		 * wait, drop the job, or let the enqueue throw.
		 */
		private EphemeralOptions.OnFull onFull = EphemeralOptions.OnFull.BLOCK;

		/**
		 * Longest time that an enqueue waits for room, if it is to wait; then it throws.
		 */
		private Duration maxWait = Duration.ofSeconds(10);

		public int getCapacity() {
			return this.capacity;
		}

		public void setCapacity(int capacity) {
			this.capacity = capacity;
		}

		public int getConcurrency() {
			return this.concurrency;
		}

		public void setConcurrency(int concurrency) {
			this.concurrency = concurrency;
		}

		public EphemeralOptions.OnFull getOnFull() {
			return this.onFull;
		}

		public void setOnFull(EphemeralOptions.OnFull onFull) {
			this.onFull = onFull;
		}

		public Duration getMaxWait() {
			return this.maxWait;
		}

		public void setMaxWait(Duration maxWait) {
			this.maxWait = maxWait;
		}

	}

	/**
	 * A pool of threads for some queues.
	 */
	public static class Pool {

		/**
		 * Comma-separated list of queues that this pool works, and no other of this
		 * application: all "name", the first before the second, or all "name=weight".
		 */
		private List<String> queues = new ArrayList<>();

		/**
		 * Number of jobs of this pool that run at once.
		 */
		private int concurrency = 10;

		/**
		 * Maximum number of jobs that this pool takes in advance; 0 for none.
		 */
		private int maxPrefetch = 1000;

		public List<String> getQueues() {
			return this.queues;
		}

		public void setQueues(List<String> queues) {
			this.queues = queues;
		}

		public int getConcurrency() {
			return this.concurrency;
		}

		public void setConcurrency(int concurrency) {
			this.concurrency = concurrency;
		}

		public int getMaxPrefetch() {
			return this.maxPrefetch;
		}

		public void setMaxPrefetch(int maxPrefetch) {
			this.maxPrefetch = maxPrefetch;
		}

	}

	/**
	 * Settings of one queue.
	 */
	public static class Queue {

		/**
		 * Number of jobs of this queue that run at once on this node. By default as many
		 * as its pool can.
		 */
		private @Nullable Integer concurrency;

		/**
		 * Number of jobs of this queue that run at once on all nodes together. By default
		 * any number.
		 */
		private @Nullable Integer maxConcurrent;

		/**
		 * Number of jobs of this queue that start within a time on all nodes together, as
		 * 100/s, 10/5m or 1000/h, burst 50. By default any number.
		 */
		private @Nullable String rateLimit;

		public @Nullable Integer getConcurrency() {
			return this.concurrency;
		}

		public void setConcurrency(@Nullable Integer concurrency) {
			this.concurrency = concurrency;
		}

		public @Nullable Integer getMaxConcurrent() {
			return this.maxConcurrent;
		}

		public void setMaxConcurrent(@Nullable Integer maxConcurrent) {
			this.maxConcurrent = maxConcurrent;
		}

		public @Nullable String getRateLimit() {
			return this.rateLimit;
		}

		public void setRateLimit(@Nullable String rateLimit) {
			this.rateLimit = rateLimit;
		}

	}

	/**
	 * How long finished jobs are kept, and how many.
	 */
	public static class Retention {

		/**
		 * How long succeeded jobs are kept; 0 for not at all.
		 */
		private Duration succeeded = Duration.ofDays(7);

		/**
		 * How long failed jobs are kept; at least a day.
		 */
		private Duration failed = Duration.ofDays(30);

		/**
		 * How long cancelled jobs are kept; 0 for not at all.
		 */
		private Duration cancelled = Duration.ofDays(7);

		/**
		 * Number of succeeded jobs of all queues that are kept, at least 1; the oldest go
		 * first. By default any number.
		 */
		private @Nullable Long maxSucceeded;

		/**
		 * Number of failed jobs of all queues that are kept, at least 1; the oldest go
		 * first. By default any number.
		 */
		private @Nullable Long maxFailed;

		/**
		 * Number of cancelled jobs of all queues that are kept, at least 1; the oldest go
		 * first. By default any number.
		 */
		private @Nullable Long maxCancelled;

		public Duration getSucceeded() {
			return this.succeeded;
		}

		public void setSucceeded(Duration succeeded) {
			this.succeeded = succeeded;
		}

		public Duration getFailed() {
			return this.failed;
		}

		public void setFailed(Duration failed) {
			this.failed = failed;
		}

		public Duration getCancelled() {
			return this.cancelled;
		}

		public void setCancelled(Duration cancelled) {
			this.cancelled = cancelled;
		}

		public @Nullable Long getMaxSucceeded() {
			return this.maxSucceeded;
		}

		public void setMaxSucceeded(@Nullable Long maxSucceeded) {
			this.maxSucceeded = maxSucceeded;
		}

		public @Nullable Long getMaxFailed() {
			return this.maxFailed;
		}

		public void setMaxFailed(@Nullable Long maxFailed) {
			this.maxFailed = maxFailed;
		}

		public @Nullable Long getMaxCancelled() {
			return this.maxCancelled;
		}

		public void setMaxCancelled(@Nullable Long maxCancelled) {
			this.maxCancelled = maxCancelled;
		}

	}

	/**
	 * The store on PostgreSQL.
	 */
	public static class Postgres {

		/**
		 * Database schema that holds the tables.
		 */
		private String schema = "job_queue";

		/**
		 * Whether to create and update the tables at start, or only to check them.
		 */
		private SchemaInitialization initializeSchema = SchemaInitialization.ALWAYS;

		/**
		 * Whether to be told of new jobs by LISTEN, on a connection of its own. Switch it
		 * off behind a pooler that shares sessions, such as PgBouncer.
		 */
		private boolean listen = true;

		public String getSchema() {
			return this.schema;
		}

		public void setSchema(String schema) {
			this.schema = schema;
		}

		public SchemaInitialization getInitializeSchema() {
			return this.initializeSchema;
		}

		public void setInitializeSchema(SchemaInitialization initializeSchema) {
			this.initializeSchema = initializeSchema;
		}

		public boolean isListen() {
			return this.listen;
		}

		public void setListen(boolean listen) {
			this.listen = listen;
		}

	}

	/**
	 * What to do with the tables at start.
	 */
	public enum SchemaInitialization {

		/**
		 * Create and update them.
		 */
		ALWAYS,

		/**
		 * Check that they are there and fit.
		 */
		NEVER

	}

	/**
	 * The store on Redis.
	 */
	public static class Redis {

		/**
		 * What the names of all keys begin with.
		 */
		private String keyPrefix = "jobqueue";

		/**
		 * When jobs are sent that are enqueued in a transaction: after its commit, or at
		 * once, whatever becomes of it.
		 */
		private RedisEnqueue enqueue = RedisEnqueue.AFTER_COMMIT;

		/**
		 * Whether to be told of new jobs by SUBSCRIBE, on a connection of its own.
		 */
		private boolean listen = true;

		/**
		 * Whether the jobs may get lost with the server, so that its persistence and
		 * eviction do not matter.
		 */
		private boolean disposable = false;

		public String getKeyPrefix() {
			return this.keyPrefix;
		}

		public void setKeyPrefix(String keyPrefix) {
			this.keyPrefix = keyPrefix;
		}

		public RedisEnqueue getEnqueue() {
			return this.enqueue;
		}

		public void setEnqueue(RedisEnqueue enqueue) {
			this.enqueue = enqueue;
		}

		public boolean isListen() {
			return this.listen;
		}

		public void setListen(boolean listen) {
			this.listen = listen;
		}

		public boolean isDisposable() {
			return this.disposable;
		}

		public void setDisposable(boolean disposable) {
			this.disposable = disposable;
		}

	}

	/**
	 * When jobs are sent that are enqueued in a transaction.
	 */
	public enum RedisEnqueue {

		/**
		 * After its commit; not at all if it is rolled back.
		 */
		AFTER_COMMIT,

		/**
		 * At once, whatever becomes of it.
		 */
		IMMEDIATE

	}

	/**
	 * What is measured.
	 */
	public static class Metrics {

		/**
		 * How often the store is asked for the depths of the queues and the age of their
		 * oldest jobs. 0 to not measure them.
		 */
		private Duration queueInterval = Duration.ofSeconds(15);

		public Duration getQueueInterval() {
			return this.queueInterval;
		}

		public void setQueueInterval(Duration queueInterval) {
			this.queueInterval = queueInterval;
		}

	}

	/**
	 * How recurring jobs are fired.
	 */
	public static class Recurring {

		/**
		 * Whether this application fires recurring jobs, and declares those of its
		 * handlers; only if it works jobs at all.
		 */
		private boolean enabled = true;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

	}

	/**
	 * How workflows and batches are brought on.
	 */
	public static class Workflow {

		/**
		 * How often a node looks for workflows that others have left undone, and whose
		 * time is over. What its own jobs bring on is seen at once.
		 */
		private Duration interval = Duration.ofSeconds(1);

		/**
		 * How long workflows and batches are kept after their end.
		 */
		private Duration retention = Duration.ofDays(7);

		public Duration getInterval() {
			return this.interval;
		}

		public void setInterval(Duration interval) {
			this.interval = interval;
		}

		public Duration getRetention() {
			return this.retention;
		}

		public void setRetention(Duration retention) {
			this.retention = retention;
		}

	}

}
