package io.jobqueue.autoconfigure;

import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

import io.jobqueue.JobLimit;
import io.jobqueue.RateLimit;
import io.jobqueue.client.EnqueueOptions;
import io.jobqueue.client.UnknownHandlers;
import io.jobqueue.retry.Backoff;
import io.jobqueue.store.Retention;
import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.redis.RedisOptions;
import io.jobqueue.worker.EphemeralOptions;
import io.jobqueue.worker.PoolOptions;
import io.jobqueue.worker.WorkerOptions;

import static org.assertj.core.api.Assertions.assertThat;

class JobQueuePropertiesTests {

	private static final String METADATA = "/META-INF/spring-configuration-metadata.json";

	/** Computed at start, or decided by the absence of a value. */
	private static final Set<String> WITHOUT_DEFAULT = Set.of("job-queue.store", "job-queue.queues",
			"job-queue.retry.delays", "job-queue.retry.policy", "job-queue.worker.queues", "job-queue.worker.node-name",
			"job-queue.worker.pools", "job-queue.observation.enabled", "job-queue.retention.max-succeeded",
			"job-queue.retention.max-failed", "job-queue.retention.max-cancelled",
			"management.endpoint.jobqueue.roles");

	@Test
	void defaultsAreThoseOfTheCore() {
		JobQueueProperties properties = new JobQueueProperties();
		OptionsFactory options = new OptionsFactory(properties);
		assertThat(options.enqueueOptions()).isEqualTo(EnqueueOptions.DEFAULT);
		assertThat(options.backoff()).isEqualTo(Backoff.DEFAULT);
		assertThat(options.ephemeralOptions()).isEqualTo(EphemeralOptions.DEFAULT);
		assertThat(options.retention()).isEqualTo(Retention.DEFAULT);
		assertThat(options.postgresOptions()).isEqualTo(PostgresOptions.DEFAULT);
		assertThat(options.redisOptions()).isEqualTo(RedisOptions.DEFAULT);
		WorkerOptions worker = new WorkerOptionsFactory(properties).create("node", Backoff.DEFAULT, List.of());
		assertThat(worker.pools()).singleElement().satisfies((pool) -> {
			assertThat(pool.concurrency()).isEqualTo(10);
			assertThat(pool.maxPrefetch()).isEqualTo(PoolOptions.DEFAULT_MAX_PREFETCH);
		});
		assertThat(worker).usingRecursiveComparison()
			.ignoringFields("pools")
			.isEqualTo(WorkerOptions.of(PoolOptions.of(10, "default")));
		assertThat(new JobQueueProperties.Pool()).usingRecursiveComparison()
			.comparingOnlyFields("concurrency", "maxPrefetch")
			.isEqualTo(properties.getWorker());
	}

	@Test
	void allKeysAreBound() {
		JobQueueProperties properties = bind(Map.ofEntries(Map.entry("job-queue.enabled", "false"),
				Map.entry("job-queue.store", "memory"), Map.entry("job-queue.unknown-handlers", "accept"),
				Map.entry("job-queue.max-argument-size", "64KB"), Map.entry("job-queue.retry.max-attempts", "3"),
				Map.entry("job-queue.retry.delay", "2s"), Map.entry("job-queue.retry.multiplier", "1.5"),
				Map.entry("job-queue.retry.max-delay", "5m"), Map.entry("job-queue.retry.jitter", "0"),
				Map.entry("job-queue.retry.delays", "1s,1m"), Map.entry("job-queue.retry.policy", "steady"),
				Map.entry("job-queue.ephemeral.capacity", "50"), Map.entry("job-queue.ephemeral.concurrency", "3"),
				Map.entry("job-queue.ephemeral.on-full", "drop"), Map.entry("job-queue.ephemeral.max-wait", "1s"),
				Map.entry("job-queue.worker.enabled", "false"), Map.entry("job-queue.worker.auto-startup", "false"),
				Map.entry("job-queue.worker.concurrency", "4"),
				Map.entry("job-queue.worker.queues", "critical=6,default=3"),
				Map.entry("job-queue.worker.max-prefetch", "0"), Map.entry("job-queue.worker.poll-interval", "500ms"),
				Map.entry("job-queue.worker.heartbeat-interval", "1s"), Map.entry("job-queue.worker.dead-after", "4s"),
				Map.entry("job-queue.worker.shutdown-timeout", "10s"), Map.entry("job-queue.worker.node-name", "blue"),
				Map.entry("job-queue.worker.pools.mail.queues[0]", "mail"),
				Map.entry("job-queue.worker.pools.mail.concurrency", "2"),
				Map.entry("job-queue.worker.pools.mail.max-prefetch", "7"),
				Map.entry("job-queue.queues.critical.concurrency", "1"),
				Map.entry("job-queue.queues.critical.max-concurrent", "3"),
				Map.entry("job-queue.queues.critical.rate-limit", "10/5m, burst 2"),
				Map.entry("job-queue.queues[a.b_c].concurrency", "2"), Map.entry("job-queue.retention.succeeded", "0"),
				Map.entry("job-queue.retention.failed", "60d"), Map.entry("job-queue.retention.cancelled", "1d"),
				Map.entry("job-queue.retention.max-succeeded", "1000"),
				Map.entry("job-queue.retention.max-failed", "200"),
				Map.entry("job-queue.retention.max-cancelled", "30"), Map.entry("job-queue.postgres.schema", "jobs"),
				Map.entry("job-queue.postgres.initialize-schema", "never"),
				Map.entry("job-queue.postgres.listen", "false"), Map.entry("job-queue.redis.key-prefix", "jobs"),
				Map.entry("job-queue.redis.enqueue", "immediate"), Map.entry("job-queue.redis.listen", "false"),
				Map.entry("job-queue.redis.disposable", "true")));
		assertThat(properties.isEnabled()).isFalse();
		assertThat(properties.getStore()).isEqualTo(JobStoreType.MEMORY);
		assertThat(properties.getPostgres().getInitializeSchema())
			.isEqualTo(JobQueueProperties.SchemaInitialization.NEVER);
		assertThat(properties.getRetry().getDelays()).containsExactly(Duration.ofSeconds(1), Duration.ofMinutes(1));
		assertThat(properties.getRetry().getPolicy()).isEqualTo("steady");
		JobQueueProperties.Worker worker = properties.getWorker();
		assertThat(worker.isEnabled()).isFalse();
		assertThat(worker.isAutoStartup()).isFalse();
		assertThat(worker.getNodeName()).isEqualTo("blue");
		OptionsFactory options = new OptionsFactory(properties);
		Retention retention = new Retention(Duration.ZERO, Duration.ofDays(60), Duration.ofDays(1), 1000, 200, 30);
		assertThat(options.enqueueOptions())
			.isEqualTo(new EnqueueOptions(3, (int) DataSize.ofKilobytes(64).toBytes(), UnknownHandlers.ACCEPT));
		assertThat(options.backoff()).isEqualTo(new Backoff(Duration.ofSeconds(2), 1.5, Duration.ofMinutes(5), 0));
		assertThat(options.ephemeralOptions()).isEqualTo(new EphemeralOptions(50, 3, EphemeralOptions.OnFull.DROP,
				Duration.ofSeconds(1), Duration.ofSeconds(10)));
		assertThat(options.retention()).isEqualTo(retention);
		assertThat(options.postgresOptions())
			.isEqualTo(new PostgresOptions("jobs", retention, false, Duration.ofMillis(500)));
		assertThat(options.redisOptions()).isEqualTo(new RedisOptions("jobs", retention, false, false));
		assertThat(properties.getRedis().isDisposable()).isTrue();
		assertThat(new WorkerOptionsFactory(properties).create("blue", Backoff.DEFAULT, List.of()))
			.hasToString("WorkerOptions[nodeName=blue, pools=[PoolOptions[name=default, queues=["
					+ "QueueShare[queue=critical, weight=6, concurrency=1], "
					+ "QueueShare[queue=default, weight=3, concurrency=2147483647]], "
					+ "isWeighted=true, concurrency=4, maxPrefetch=0], PoolOptions[name=mail, queues=["
					+ "QueueShare[queue=mail, weight=1, concurrency=2147483647]], "
					+ "isWeighted=false, concurrency=2, maxPrefetch=7]], retryPolicy=" + Backoff.DEFAULT
					+ ", pollInterval=PT0.5S, heartbeatInterval=PT1S, deadAfter=PT4S, shutdownTimeout=PT10S, "
					+ "limits={critical=" + new JobLimit(3, new RateLimit(10, Duration.ofMinutes(5), 2)) + "}]");
		assertThat(properties.getQueues()).containsOnlyKeys("critical", "a.b_c");
	}

	@Test
	void metadataDescribesEveryKey() throws Exception {
		List<String> flaws = new ArrayList<>();
		List<String> names = new ArrayList<>();
		for (JsonNode property : metadata().get("properties")) {
			String name = property.get("name").asString();
			names.add(name);
			String description = property.path("description").asString("");
			if (description.length() < 10 || !description.endsWith(".") || description.contains("@")
					|| description.startsWith("The ") || description.startsWith("A ")) {
				flaws.add(name + ": description '" + description + "'");
			}
			if (property.path("type").asString("").isEmpty()) {
				flaws.add(name + ": no type");
			}
			if (!property.has("defaultValue") && !WITHOUT_DEFAULT.contains(name)) {
				flaws.add(name + ": no default");
			}
		}
		assertThat(flaws).isEmpty();
		assertThat(names).containsExactlyInAnyOrder("job-queue.enabled", "job-queue.store",
				"job-queue.unknown-handlers", "job-queue.max-argument-size", "job-queue.retry.max-attempts",
				"job-queue.retry.delay", "job-queue.retry.multiplier", "job-queue.retry.max-delay",
				"job-queue.retry.jitter", "job-queue.retry.delays", "job-queue.retry.policy",
				"job-queue.ephemeral.capacity", "job-queue.ephemeral.concurrency", "job-queue.ephemeral.on-full",
				"job-queue.ephemeral.max-wait", "job-queue.worker.enabled", "job-queue.worker.auto-startup",
				"job-queue.worker.concurrency", "job-queue.worker.queues", "job-queue.worker.max-prefetch",
				"job-queue.worker.poll-interval", "job-queue.worker.heartbeat-interval", "job-queue.worker.dead-after",
				"job-queue.worker.shutdown-timeout", "job-queue.worker.node-name", "job-queue.worker.pools",
				"job-queue.queues", "job-queue.retention.succeeded", "job-queue.retention.failed",
				"job-queue.retention.cancelled", "job-queue.retention.max-succeeded", "job-queue.retention.max-failed",
				"job-queue.retention.max-cancelled", "job-queue.postgres.schema",
				"job-queue.postgres.initialize-schema", "job-queue.postgres.listen", "job-queue.redis.key-prefix",
				"job-queue.redis.enqueue", "job-queue.redis.listen", "job-queue.redis.disposable",
				"job-queue.application-events", "job-queue.observation.enabled", "job-queue.metrics.queue-interval",
				"job-queue.recurring.enabled", "job-queue.workflow.interval", "job-queue.workflow.retention",
				"management.endpoint.jobqueue.access", "management.endpoint.jobqueue.cache.time-to-live",
				"management.endpoint.jobqueue.roles", "management.endpoint.jobqueue.show-values",
				"management.health.jobqueue.enabled");
	}

	private static JsonNode metadata() throws Exception {
		try (InputStream stream = JobQueuePropertiesTests.class.getResourceAsStream(METADATA)) {
			return new JsonMapper().readTree(stream);
		}
	}

	private static JobQueueProperties bind(Map<String, String> values) {
		return new Binder(new MapConfigurationPropertySource(values)).bind("job-queue", JobQueueProperties.class).get();
	}

}
