package io.jobqueue.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.JobStoreException;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Retention;
import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WorkflowChange;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.WorkflowStore;
import io.jobqueue.test.store.RedisFixture;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A job that is moved is in one queue and runs once, wherever the process dies that moves
 * it, and wherever it sleeps while others complete the move, or move the job on. One of
 * the jobs is at home in the queue that it leaves, one in the queue that it goes to, and
 * one in a third.
 */
class RedisMoveCrashIntegrationTests {

	private static final String FROM = "default";

	private static final String TO = "billing";

	private static final List<String> QUEUES = List.of(FROM, TO, "mail", "other");

	private static final Duration LATER = Duration.ofSeconds(2);

	private static final Duration SILENCE = Duration.ofSeconds(15);

	/**
	 * On one server.
	 */
	@Nested
	class StandaloneTests extends Crashes {

		StandaloneTests() {
			super(RedisFixture.standalone());
		}

	}

	/**
	 * On a cluster, where the queues are on different masters.
	 */
	@Nested
	class ClusterTests extends Crashes {

		ClusterTests() {
			super(RedisFixture.cluster());
		}

	}

	abstract static class Crashes {

		private final RedisFixture fixture;

		private final JobStore store;

		private final long node;

		private List<JobId> jobs = List.of();

		Crashes(RedisFixture fixture) {
			this.fixture = fixture;
			this.store = fixture.createStore(new Retention(Duration.ZERO, Duration.ofDays(1), Duration.ZERO));
			this.node = this.store.register(new NodeDescription("crash", QUEUES));
		}

		@AfterEach
		void close() {
			this.fixture.close();
		}

		@Test
		void moveOfADeadProcessIsCompletedOrNeverWas() {
			Set<Set<String>> queues = new HashSet<>();
			everyPoint(Crashes::crash, (where) -> {
				completeLate();
				queues.add(checkAll(where));
			});
			assertThat(queues).containsExactlyInAnyOrder(Set.of(FROM), Set.of(FROM, TO), Set.of(TO));
		}

		@Test
		void moveOfADeadProcessIsCompletedByWhoLooksForItsJobs() {
			Set<Set<String>> queues = new HashSet<>();
			everyPoint(Crashes::crash, (where) -> queues.add(checkAll(where)));
			assertThat(queues).containsExactlyInAnyOrder(Set.of(FROM), Set.of(FROM, TO), Set.of(TO));
		}

		@Test
		void moveOfAProcessThatSleepsIsCompletedOnce() {
			everyPoint(this::completeLate, (where) -> assertThat(checkAll(where)).as(where).containsExactly(TO));
		}

		@Test
		void processThatSleepsDoesNotTakeBackWhatOthersMovedOn() {
			for (String next : List.of("other", "mail", FROM)) {
				everyPoint(() -> {
					this.store.admin().move(this.jobs, next);
					assertThat(queues()).as(next).containsOnly(next);
				}, this::checkAll);
			}
		}

		@Test
		void processThatSleepsDoesNotBringBackWhatHasEnded() {
			Set<JobId> ended = new HashSet<>();
			everyPoint(() -> {
				List<Outcome> outcomes = new ArrayList<>();
				assertThat(queues()).hasSize(3);
				ended.addAll(this.jobs);
				claimAll().keySet().forEach((job) -> outcomes.add(Outcome.succeeded(job, null, Duration.ZERO)));
				assertThat(outcomes).hasSize(3);
				this.store.exchange(new Exchange(this.node, outcomes, Claim.NONE));
			}, (where) -> {
				completeLate();
				assertThat(claimAll()).as(where).hasSize(ended.containsAll(this.jobs) ? 0 : 3);
				ended.forEach((id) -> assertThat(this.store.admin().find(id)).as(where).isEmpty());
			});
		}

		@Test
		void processThatSleepsAndCancelsFindsItsJobs() {
			boolean hasHappened = true;
			for (int point = 0; hasHappened; point++) {
				prepare();
				InterruptedCommands commands = new InterruptedCommands(this.fixture.connections(), point,
						() -> this.store.admin().move(this.jobs, TO));
				assertThat(actions(commands).cancel(this.jobs)).as("moved before command " + point).isEqualTo(3);
				hasHappened = commands.hasHappened();
				assertThat(claimAll()).isEmpty();
			}
		}

		@Test
		void cancellationOfATaskThatWasMovedIsNotLost() {
			WorkflowRecords workflows = ((WorkflowStore) this.store).workflows();
			Set<JobState> states = new HashSet<>();
			boolean hasHappened = true;
			for (int point = 0; hasHappened; point++) {
				InterruptedCommands commands = new InterruptedCommands(this.fixture.connections(), point,
						Crashes::crash);
				long id = workflows.reserve(FROM);
				workflows.create(new WorkflowChange(
						new StoredWorkflow(id, "crash", "RUNNING", false, 0, this.fixture.now(), null, "", ""),
						List.of(new StoredTask(id, 0, "t", StoredTask.Phase.LIVE, null, "", "")), List.of(),
						Map.of(0, job(FROM, new TaskRef(id, 0).addTo(Map.of()))), Set.of(), Map.of(), List.of()));
				JobId job = Objects.requireNonNull(workflows.tasksFrom(id, 0, 1).get(0).job());
				assertThat(this.store.admin().move(job, TO)).isTrue();
				StoredWorkflow workflow = workflows.find(Set.of(id)).get(0);
				try {
					records(commands).commit(List.of(new WorkflowChange(workflow.with("OVER", true, ""), List.of(),
							List.of(), Map.of(), Set.of(job), Map.of(), List.of())));
				}
				catch (JobStoreException ex) {
					assertThat(ex).hasStackTraceContaining("Crashed");
				}
				hasHappened = commands.hasHappened();
				completeLate();
				boolean isOver = workflows.find(Set.of(id)).get(0).isFinished();
				assertThat(claimAll().size()).as("crashed before command " + point).isEqualTo(isOver ? 0 : 1);
				states.add(isOver ? JobState.CANCELLED : JobState.RUNNING);
				workflows.drop(workflows.look(100).signals());
			}
			assertThat(states).containsExactlyInAnyOrder(JobState.CANCELLED, JobState.RUNNING);
		}

		private static void crash() {
			throw new IllegalStateException("Crashed");
		}

		// What a node does every second or so.
		private void completeLate() {
			this.fixture.advance(LATER);
			assertThat(this.store.heartbeat(this.node).isAlive()).isTrue();
			this.store.rescue(SILENCE);
		}

		private void everyPoint(Runnable event, Consumer<String> check) {
			boolean hasHappened = true;
			for (int point = 0; hasHappened; point++) {
				prepare();
				InterruptedCommands commands = new InterruptedCommands(this.fixture.connections(), point, event);
				try {
					actions(commands).move(this.jobs, TO);
				}
				catch (JobStoreException ex) {
					assertThat(ex).hasStackTraceContaining("Crashed");
				}
				hasHappened = commands.hasHappened();
				check.accept("interrupted before command " + point);
			}
		}

		private void prepare() {
			this.jobs = this.store.enqueue(List.of(job(FROM, Map.of()), job(TO, Map.of()), job("mail", Map.of())));
			assertThat(this.store.admin().move(this.jobs, FROM)).isEqualTo(2);
		}

		private static NewJob job(String queue, Map<String, String> headers) {
			return new NewJob("crash.test", queue, 0, 3, "[]", headers, null, null, null, null);
		}

		private JobActions actions(CommandSource commands) {
			ScriptRunner scripts = new ScriptRunner(commands, Duration.ofSeconds(30));
			RedisOptions options = options();
			return new JobActions(scripts, new Registry(scripts, options), options,
					new Signals(this.fixture.connections(), scripts, options));
		}

		private WorkflowRecords records(CommandSource commands) {
			ScriptRunner scripts = new ScriptRunner(commands, Duration.ofSeconds(30));
			RedisOptions options = options();
			return new RedisWorkflows(scripts, new Registry(scripts, options), options,
					new Signals(this.fixture.connections(), scripts, options));
		}

		// Does not listen, so nothing is published.
		private RedisOptions options() {
			return new RedisOptions(this.fixture.options().keyPrefix(), this.fixture.options().retention(), false,
					true);
		}

		private List<String> queues() {
			return this.jobs.stream().map((id) -> this.store.admin().get(id).queue()).toList();
		}

		// Each job is found in a queue, and claimed there, once.
		private Set<String> checkAll(String where) {
			List<String> found = queues();
			Map<JobId, String> claimed = new HashMap<>();
			claimAll().forEach((job, queue) -> assertThat(claimed.put(job.id(), queue)).as(where).isNull());
			assertThat(claimed).as(where).hasSize(3);
			for (int i = 0; i < 3; i++) {
				assertThat(claimed.get(this.jobs.get(i))).as(where).isEqualTo(found.get(i));
			}
			return Set.copyOf(found);
		}

		private Map<ClaimedJob, String> claimAll() {
			Map<ClaimedJob, String> claimed = new HashMap<>();
			for (String queue : QUEUES) {
				this.store.exchange(new Exchange(this.node, List.of(), Claim.of(queue, 10)))
					.claimed()
					.forEach((job) -> claimed.put(job, queue));
			}
			return claimed;
		}

	}

}
