package io.jobqueue.test.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.IntegerOutput;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.OnDuplicate;
import io.jobqueue.UniqueScope;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Retention;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.UniqueKey;
import io.jobqueue.store.WorkflowChange;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.WorkflowSignal;
import io.jobqueue.store.redis.RedisJobStore;
import io.jobqueue.store.redis.RedisOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the store on Redis leaves on the server, and what it makes of answers that got
 * lost.
 */
class RedisKeysIntegrationTests {

	private static final String ARGUMENTS = "[\"" + "x".repeat(98) + "\"]";

	private final String prefix = RedisServer.newKeyPrefix();

	private final LettuceConnectionFactory connections = RedisServer.get().connectionFactory();

	private final StringRedisTemplate redis = new StringRedisTemplate(this.connections);

	private final RedisOptions options = RedisOptions.DEFAULT.withKeyPrefix(this.prefix)
		.withRetention(new Retention(Duration.ZERO, Duration.ofDays(1), Duration.ZERO));

	private final RedisJobStore store = new RedisJobStore(this.connections, this.options);

	private final long node = this.store.register(new NodeDescription("keys", List.of("default")));

	@AfterEach
	void close() {
		this.redis.unlink(this.redis.keys(this.prefix + "*"));
		this.store.close();
		this.connections.destroy();
	}

	@Test
	void allKeysOfAQueueShareAHashTag() {
		this.store.enqueue(List.of(job("default", null), job("other", Duration.ofHours(1))));
		this.store.exchange(new Exchange(this.node, List.of(), Claim.of("default", 1)));
		assertThat(this.redis.keys(this.prefix + "*"))
			.allSatisfy((key) -> assertThat(key).matches(this.prefix + ":(\\{default}|\\{other}|\\{#registry}):.+"));
	}

	@Test
	void movedJobsThatAreNotKeptLeaveNothing() {
		List<JobId> ids = this.store.enqueue(Collections.nCopies(3, job("default", null)));
		this.store.admin().move(ids, "other");
		this.store.admin().move(ids.get(0), "third");
		this.store.admin().move(ids.get(1), "default");
		assertThat(names("default")).contains("moved", "strays");
		assertThat(names("other")).contains("arrived").doesNotContain("moves", "moving", "moved");
		for (String queue : List.of("default", "other", "third")) {
			List<Outcome> outcomes = new ArrayList<>();
			this.store.exchange(new Exchange(this.node, List.of(), Claim.of(queue, 10)))
				.claimed()
				.forEach((job) -> outcomes.add(Outcome.succeeded(job, null, Duration.ZERO)));
			assertThat(outcomes).hasSize(1);
			this.store.exchange(new Exchange(this.node, outcomes, Claim.NONE));
		}
		this.store.prune();
		assertThat(this.redis.opsForHash().size(this.prefix + ":{default}:moved")).isEqualTo(2);
		age("default", "strays");
		List.of("default", "other", "third").forEach((queue) -> age(queue, "arrived"));
		this.store.prune();
		this.store.deregister(this.node);
		for (String queue : List.of("default", "other", "third")) {
			assertThat(names(queue)).as(queue).isSubsetOf("number", "lease");
		}
	}

	// Makes entries as old as can be.
	private void age(String queue, String name) {
		String key = this.prefix + ":{" + queue + "}:" + name;
		Set<String> entries = this.redis.opsForZSet().range(key, 0, -1);
		if (entries != null) {
			entries.forEach((entry) -> this.redis.opsForZSet().add(key, entry, 1));
		}
	}

	@Test
	void jobsThatAreNotKeptLeaveNothing() {
		this.store.enqueue(Collections.nCopies(1000, job("default", null)));
		List<Outcome> outcomes = List.of();
		do {
			Exchange.Result result = this.store.exchange(new Exchange(this.node, outcomes, Claim.of("default", 300)));
			assertThat(result.refused()).isEmpty();
			outcomes = result.claimed().stream().map((job) -> Outcome.succeeded(job, "1", Duration.ZERO)).toList();
		}
		while (!outcomes.isEmpty());
		assertThat(names("default")).containsExactlyInAnyOrder("number", "lease", "claims", "nodes");
		this.store.deregister(this.node);
		assertThat(names("default")).containsExactlyInAnyOrder("number", "lease");
	}

	@Test
	void uniqueJobsThatAreNotKeptLeaveNothing() {
		this.store.enqueue(
				List.of(unique("=a", UniqueScope.WHILE_WAITING, null), unique("=b", UniqueScope.UNTIL_FINISHED, null),
						unique("=c", UniqueScope.FOR_DURATION, Duration.ofHours(1)),
						unique("=d", UniqueScope.FOR_DURATION, Duration.ofHours(1))));
		List<ClaimedJob> claimed = this.store.exchange(new Exchange(this.node, List.of(), Claim.of("default", 10)))
			.claimed();
		List<Outcome> outcomes = new ArrayList<>();
		claimed.subList(0, 3).forEach((job) -> outcomes.add(Outcome.succeeded(job, null, Duration.ZERO)));
		outcomes.add(Outcome.cancelled(claimed.get(3), null, Duration.ZERO));
		this.store.exchange(new Exchange(this.node, outcomes, Claim.NONE));
		assertThat(this.redis.opsForHash().keys(this.prefix + ":{default}:unique")).containsExactly("mail.send =c");
		assertThat(this.redis.opsForHash().size(this.prefix + ":{default}:owners")).isEqualTo(1);
		this.redis.opsForZSet().add(this.prefix + ":{default}:lapses", "mail.send =c", 1);
		this.store.prune();
		this.store.deregister(this.node);
		assertThat(names("default")).containsExactlyInAnyOrder("number", "lease");
	}

	@Test
	void workflowsThatAreNotKeptLeaveNothing() {
		WorkflowRecords workflows = this.store.workflows();
		long id = workflows.reserve("default");
		workflows.create(new WorkflowChange(
				new StoredWorkflow(id, "w", "RUNNING", false, 0, Instant.EPOCH, Duration.ofHours(1), "", ""),
				List.of(task(id, 0), task(id, 1)), List.of(), Map.of(0, job("default", id, 0), 1, job("other", id, 1)),
				Set.of(), Map.of(), List.of()));
		List<Outcome> outcomes = new ArrayList<>();
		for (String queue : List.of("default", "other")) {
			this.store.exchange(new Exchange(this.node, List.of(), Claim.of(queue, 10)))
				.claimed()
				.forEach((job) -> outcomes.add(Outcome.succeeded(job, "1", Duration.ZERO)));
		}
		this.store.exchange(new Exchange(this.node, outcomes, Claim.NONE));
		StoredWorkflow workflow = workflows.find(List.of(id)).get(0);
		workflows.post(id, "news");
		List<WorkflowSignal> signals = workflows.look(10).signals();
		assertThat(signals).hasSize(3);
		assertThat(workflows.commit(List.of(new WorkflowChange(workflow.with("DONE", true, ""), List.of(), List.of(),
				Map.of(), Set.of(), Map.of(), signals))))
			.hasSize(1);
		this.redis.opsForZSet().add(this.prefix + ":{default}:workflow-ends", Long.toString(id), 1);
		assertThat(workflows.prune(Duration.ofMinutes(1), 10)).isEqualTo(1);
		this.store.deregister(this.node);
		assertThat(names("default")).containsExactlyInAnyOrder("number", "lease");
		assertThat(names("other")).containsExactlyInAnyOrder("number", "lease", "delivered", "deliveries");
	}

	private static StoredTask task(long id, int number) {
		return new StoredTask(id, number, "t" + number, StoredTask.Phase.LIVE, null, "", "");
	}

	private static NewJob job(String queue, long id, int number) {
		return job(queue, null).withHeaders(new TaskRef(id, number).addTo(Map.of()));
	}

	private static NewJob unique(String key, UniqueScope scope, Duration duration) {
		return new NewJob("mail.send", "default", 0, 3, ARGUMENTS, Map.of(), null, null, null, null, null,
				new UniqueKey(key, scope, duration, OnDuplicate.SKIP));
	}

	@Test
	void waitingJobTakesAtMostTwiceItsArgumentsAnd200Bytes() {
		int count = 20_000;
		for (int i = 0; i < count; i += 1000) {
			this.store.enqueue(Collections.nCopies(1000, job("default", null)));
		}
		long bytes = names("default").stream().mapToLong((name) -> bytes(this.prefix + ":{default}:" + name)).sum();
		assertThat(bytes / count).isLessThanOrEqualTo(2L * ARGUMENTS.length() + 200);
	}

	@Test
	void idsOfABatchOverSeveralQueuesAreInItsOrder() {
		this.store.enqueue(Collections.nCopies(5000, job("b", null)));
		List<JobId> ids = this.store
			.enqueue(IntStream.range(0, 100).mapToObj((i) -> job((i % 3 == 0) ? "a" : "b", null)).toList());
		assertThat(ids).isSorted().doesNotHaveDuplicates();
		assertThat(ids).allSatisfy((id) -> assertThat(id.value()).isLessThan(1L << 53));
	}

	@Test
	void serverThatHasForgottenTheScriptsIsSentThemAgain() {
		this.store.enqueue(List.of(job("default", null)));
		try (RedisConnection connection = this.connections.getConnection()) {
			connection.scriptingCommands().scriptFlush();
		}
		List<JobId> ids = this.store.enqueue(List.of(job("default", null)));
		assertThat(this.store.admin().get(ids.get(0)).state()).isEqualTo(JobState.AVAILABLE);
	}

	@Test
	void claimWhoseAnswerWasLostIsAnsweredAgain() {
		List<JobId> ids = this.store.enqueue(Collections.nCopies(5, job("default", null)));
		List<ClaimedJob> lost;
		// What another instance is answered, this one does not know.
		try (RedisJobStore other = new RedisJobStore(this.connections, this.options)) {
			lost = other.exchange(new Exchange(this.node, List.of(), Claim.of("default", 2))).claimed();
		}
		assertThat(lost).hasSize(2);
		List<ClaimedJob> again = this.store.exchange(new Exchange(this.node, List.of(), Claim.of("default", 10)))
			.claimed();
		assertThat(again).extracting(ClaimedJob::id).containsExactlyInAnyOrderElementsOf(ids.subList(0, 2));
		assertThat(again).extracting(ClaimedJob::lease)
			.doesNotContainAnyElementsOf(lost.stream().map(ClaimedJob::lease).toList());
		List<ClaimedJob> next = this.store
			.exchange(new Exchange(this.node,
					again.stream().map((job) -> Outcome.succeeded(job, null, Duration.ZERO)).toList(),
					Claim.of("default", 10)))
			.claimed();
		assertThat(next).extracting(ClaimedJob::id).isEqualTo(ids.subList(2, 5));
	}

	@Test
	void surplusIsRemovedByOneProcessAtATime() {
		RedisOptions limited = this.options.withRetention(Retention.DEFAULT.withMaxSucceeded(2));
		try (RedisJobStore other = new RedisJobStore(this.connections, limited)) {
			other.enqueue(Collections.nCopies(5, job("default", null)));
			other.exchange(new Exchange(this.node,
					other.exchange(new Exchange(this.node, List.of(), Claim.of("default", 5)))
						.claimed()
						.stream()
						.map((job) -> Outcome.succeeded(job, null, Duration.ZERO))
						.toList(),
					Claim.NONE));
			String turn = this.prefix + ":{#registry}:pruning";
			this.redis.opsForValue().set(turn, "somebody else");
			assertThat(other.prune()).isZero();
			assertThat(this.redis.opsForValue().get(turn)).isEqualTo("somebody else");
			this.redis.delete(turn);
			assertThat(other.prune()).isEqualTo(3);
			assertThat(this.redis.hasKey(turn)).isFalse();
		}
	}

	private static NewJob job(String queue, Duration delay) {
		return new NewJob("mail.send", queue, 0, 3, ARGUMENTS, Map.of(), delay, null, null, null);
	}

	private Set<String> names(String queue) {
		String start = this.prefix + ":{" + queue + "}:";
		return this.redis.keys(this.prefix + "*")
			.stream()
			.filter((key) -> key.startsWith(start))
			.map((key) -> key.substring(start.length()))
			.collect(Collectors.toSet());
	}

	private long bytes(String key) {
		try (RedisConnection connection = this.connections.getConnection()) {
			Object bytes = ((LettuceConnection) connection).execute("MEMORY",
					new IntegerOutput<>(ByteArrayCodec.INSTANCE), "USAGE".getBytes(StandardCharsets.UTF_8),
					key.getBytes(StandardCharsets.UTF_8), "SAMPLES".getBytes(StandardCharsets.UTF_8),
					"0".getBytes(StandardCharsets.UTF_8));
			assertThat(bytes).isInstanceOf(Number.class);
			return ((Number) bytes).longValue();
		}
	}

}
