package io.jobqueue.test.redis;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.lettuce.core.cluster.SlotHash;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.jobqueue.JobId;
import io.jobqueue.JobStoreException;
import io.jobqueue.event.JobEvents;
import io.jobqueue.handler.JobHandler;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.retry.Backoff;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.redis.RedisJobStore;
import io.jobqueue.store.redis.RedisOptions;
import io.jobqueue.worker.JobWorker;
import io.jobqueue.worker.PoolOptions;
import io.jobqueue.worker.WorkerOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A master dies, and its replica takes over.
 */
@Timeout(180)
class RedisFailoverIntegrationTests {

	private static final Logger logger = LoggerFactory.getLogger(RedisFailoverIntegrationTests.class);

	private static final String QUEUE = "failover";

	private static final NewJob JOB = new NewJob("test.run", QUEUE, 0, 3, "[]", Map.of(), null, null, null, null);

	private static final int BATCH = 10;

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	private final Set<JobId> run = ConcurrentHashMap.newKeySet();

	@Test
	void workersGoOnByThemselvesWhenAReplicaTakesOver() {
		try (RedisReplication servers = RedisReplication.start()) {
			awaitReplica(servers);
			surviveFailover(servers.connectionFactory(), servers::killMaster);
		}
	}

	/**
	 * The master that dies has both the queue and what nodes there are.
	 */
	@Test
	void workersGoOnByThemselvesWhenAReplicaInAClusterTakesOver() {
		try (RedisCluster servers = RedisCluster.startWithReplicas()) {
			assertThat(SlotHash.getSlot("#registry") * 3 / SlotHash.SLOT_COUNT)
				.isEqualTo(SlotHash.getSlot(QUEUE) * 3 / SlotHash.SLOT_COUNT);
			surviveFailover(servers.connectionFactory(), () -> servers.killMasterOf(QUEUE));
		}
	}

	private void surviveFailover(LettuceConnectionFactory connections, Runnable failure) {
		RedisJobStore store = new RedisJobStore(connections, RedisOptions.DEFAULT);
		ExecutorService threads = Executors.newCachedThreadPool();
		JobWorker worker = worker(store, threads);
		try {
			worker.start();
			surviveFailover(store, failure);
		}
		finally {
			worker.stop();
			threads.shutdownNow();
			store.close();
			connections.destroy();
		}
	}

	private void surviveFailover(RedisJobStore store, Runnable failure) {
		List<JobId> before = enqueue(store, 300);
		Awaitility.await().atMost(PATIENCE).until(() -> this.run.size() > 100);
		failure.run();
		List<JobId> after = enqueue(store, 300);
		Awaitility.await("all jobs that were accepted after the failover run")
			.atMost(PATIENCE)
			.until(() -> this.run.containsAll(after));
		// What the old master had accepted, but not sent to its replica.
		Set<JobId> lost = new HashSet<>(before);
		lost.removeAll(this.run);
		logger.info("The failover lost {} of {} jobs", lost.size(), before.size());
		assertThat(lost).hasSizeLessThan(before.size() / 2);
		Awaitility.await("the node has come back, once")
			.atMost(PATIENCE)
			.until(() -> store.admin().nodes().size() == 1);
	}

	private static void awaitReplica(RedisReplication servers) {
		LettuceConnectionFactory replica = RedisServer
			.connectionFactory(LettuceConnectionFactory.createRedisConfiguration(servers.replicaUrl()));
		try (RedisConnection connection = replica.getConnection()) {
			Awaitility.await("the replica has the data of its master")
				.atMost(PATIENCE)
				.until(() -> "up"
					.equals(connection.serverCommands().info("replication").getProperty("master_link_status")));
		}
		finally {
			replica.destroy();
		}
	}

	private JobWorker worker(RedisJobStore store, ExecutorService threads) {
		JobHandlerRegistry handlers = new JobHandlerRegistry();
		handlers.register(JobHandler.of("test.run", List.of(), (arguments, job) -> {
			this.run.add(job.id());
			return null;
		}));
		WorkerOptions options = new WorkerOptions("failover", List.of(PoolOptions.of(2, QUEUE)),
				Backoff.fixed(Duration.ZERO), Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(3),
				Duration.ofSeconds(5));
		return new JobWorker(store, handlers, new JacksonJobSerializer(new JsonMapper()), options, threads,
				new JobEvents(List.of()), Clock.systemUTC(), false);
	}

	/**
	 * Enqueue jobs, each batch again until it is accepted.
	 */
	private static List<JobId> enqueue(RedisJobStore store, int count) {
		List<JobId> accepted = new ArrayList<>();
		Awaitility.await("jobs are accepted").atMost(PATIENCE).pollInSameThread().until(() -> {
			try {
				while (accepted.size() < count) {
					accepted.addAll(store.enqueue(Collections.nCopies(BATCH, JOB)));
				}
				return true;
			}
			catch (JobStoreException ex) {
				logger.info("Not accepted: {}", ex.getMessage());
				return false;
			}
		});
		return accepted;
	}

}
