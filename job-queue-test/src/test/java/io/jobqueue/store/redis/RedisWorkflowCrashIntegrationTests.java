package io.jobqueue.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

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
import io.jobqueue.store.StoredTask.Phase;
import io.jobqueue.store.StoredWorkflow;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.WorkflowChange;
import io.jobqueue.store.WorkflowLook;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.WorkflowSignal;
import io.jobqueue.store.WorkflowStore;
import io.jobqueue.test.store.RedisFixture;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A change of a workflow whose queues are in several slots takes place as a whole and
 * once, wherever its process dies, and wherever it sleeps while another one completes it.
 */
class RedisWorkflowCrashIntegrationTests {

	private static final String HOME = "default";

	private static final List<String> QUEUES = List.of(HOME, "billing", "mail");

	private static final String STAYED = "RUNNING";

	private static final String WENT_ON = "NEXT";

	private static final Duration LATER = Duration.ofSeconds(2);

	/** More than fit into one script. */
	private static final int MANY = 2600;

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

		private final WorkflowRecords workflows;

		private final long node;

		Crashes(RedisFixture fixture) {
			this.fixture = fixture;
			this.store = fixture.createStore(Retention.DEFAULT);
			this.workflows = ((WorkflowStore) this.store).workflows();
			this.node = this.store.register(new NodeDescription("crash", QUEUES));
		}

		@AfterEach
		void close() {
			this.fixture.close();
		}

		@Test
		void changeOfADeadProcessIsCompletedOrNeverWas() {
			Set<String> states = new HashSet<>();
			everyPoint(Crashes::crash, (records) -> change(records, 0), states);
			assertThat(states).containsExactlyInAnyOrder(STAYED, WENT_ON);
		}

		@Test
		void changeOfAProcessThatSleepsIsCompletedOnce() {
			Set<String> states = new HashSet<>();
			everyPoint(this::completeByAnother, (records) -> change(records, 0), states);
			assertThat(states).containsExactly(WENT_ON);
		}

		@Test
		void largeChangeIsCompletedOrNeverWas() {
			Set<String> states = new HashSet<>();
			everyPoint(Crashes::crash, (records) -> change(records, MANY), states);
			assertThat(states).containsExactlyInAnyOrder(STAYED, WENT_ON);
		}

		@Test
		void membersOfADeadProcessAreThereWithTheirTextOrNotAtAll() {
			Set<String> states = new HashSet<>();
			everyPoint(Crashes::crash, this::enqueue, states);
			assertThat(states).containsExactlyInAnyOrder(STAYED, WENT_ON);
		}

		@Test
		void membersOfAProcessThatSleepsAreThereOnce() {
			Set<String> states = new HashSet<>();
			everyPoint(this::completeByAnother, this::enqueue, states);
			assertThat(states).containsExactly(WENT_ON);
		}

		@Test
		void whoReadsAChangeThatIsNotCompleteIsRefused() {
			List<StoredWorkflow> seen = new ArrayList<>();
			Set<Boolean> found = new HashSet<>();
			everyPoint(() -> seen.addAll(this.workflows.newest(WENT_ON, null, 1)), (records) -> {
				seen.clear();
				Consumer<String> check = change(records, 0);
				found.add(!seen.isEmpty());
				seen.forEach((half) -> assertThat(this.workflows.commit(List.of(onlyState(half, "WRONG")))).isEmpty());
				return check;
			}, new HashSet<>());
			assertThat(found).containsExactlyInAnyOrder(false, true);
		}

		private static WorkflowChange onlyState(StoredWorkflow workflow, String state) {
			return new WorkflowChange(workflow.with(state, false, ""), List.of(), List.of(), Map.of(), Set.of(),
					Map.of(), List.of());
		}

		private static void crash() {
			throw new IllegalStateException("Crashed");
		}

		private void completeByAnother() {
			this.fixture.advance(LATER);
			this.workflows.look(1000);
		}

		private void everyPoint(Runnable event, Step step, Set<String> states) {
			boolean hasHappened = true;
			for (int point = 0; hasHappened; point++) {
				InterruptedCommands commands = new InterruptedCommands(this.fixture.connections(), point, event);
				Consumer<String> check = step.prepare(records(commands));
				hasHappened = commands.hasHappened();
				completeByAnother();
				check.accept("interrupted before command " + point);
				states.add(this.lastState);
			}
		}

		private String lastState = "";

		private WorkflowRecords records(CommandSource commands) {
			ScriptRunner scripts = new ScriptRunner(commands, Duration.ofSeconds(30));
			RedisOptions options = new RedisOptions(this.fixture.options().keyPrefix(), Retention.DEFAULT, false, true);
			Registry registry = new Registry(scripts, options);
			return new RedisWorkflows(scripts, registry, options,
					new Signals(this.fixture.connections(), scripts, options));
		}

		private Consumer<String> change(WorkflowRecords interrupted, int many) {
			long id = this.workflows.reserve(HOME);
			long other = this.workflows.reserve("mail");
			create(other, List.of());
			create(id, List.of(job(id, 0, HOME), job(id, 1, "billing"), job(id, 2, "mail")));
			ClaimedJob first = claim(HOME).get(0);
			ClaimedJob second = claim("billing").get(0);
			this.store.exchange(new Exchange(this.node, List.of(Outcome.succeeded(first, "1", Duration.ZERO),
					Outcome.succeeded(second, "2", Duration.ZERO)), Claim.NONE));
			WorkflowLook look = this.workflows.look(100);
			assertThat(look.signals()).hasSize(2);
			List<StoredTask> tasks = this.workflows.tasksFrom(id, 0, 10);
			JobId waiting = Objects.requireNonNull(tasks.get(2).job());
			List<StoredTask> added = new ArrayList<>();
			Map<Integer, NewJob> released = new LinkedHashMap<>();
			for (int i = 0; i < QUEUES.size(); i++) {
				added.add(task(id, 3 + i, Phase.LIVE));
				released.put(3 + i, job(id, 3 + i, QUEUES.get(i)));
			}
			IntStream.range(6, 6 + many).forEach((number) -> added.add(task(id, number, Phase.READY)));
			StoredWorkflow before = this.workflows.find(Set.of(id)).get(0);
			try {
				interrupted.commit(List.of(new WorkflowChange(before.with(WENT_ON, false, "{}"), added,
						List.of(tasks.get(0).with(Phase.ENDED, "over"), tasks.get(1).with(Phase.ENDED, "over")),
						released, Set.of(waiting), Map.of(other, "news"), look.signals())));
			}
			catch (JobStoreException ex) {
				assertThat(ex).hasStackTraceContaining("Crashed");
			}
			return (where) -> {
				StoredWorkflow after = this.workflows.find(Set.of(id)).get(0);
				this.lastState = after.state();
				if (after.state().equals(STAYED)) {
					assertThat(after.version()).as(where).isEqualTo(before.version());
					assertThat(this.workflows.look(100).signals()).as(where).isEqualTo(look.signals());
					assertThat(this.workflows.tasksFrom(id, 0, 10)).as(where).isEqualTo(tasks);
					QUEUES.forEach((queue) -> claim(queue)
						.forEach((job) -> assertThat(job.id()).as(where).isEqualTo(waiting)));
					this.workflows.drop(look.signals());
				}
				else {
					checkDone(id, other, waiting, many, where);
				}
			};
		}

		private void checkDone(long id, long other, JobId waiting, int many, String where) {
			List<WorkflowSignal> signals = this.workflows.look(100).signals();
			assertThat(signals).as(where).hasSize(2);
			assertThat(signals.get(0).workflow()).as(where).isEqualTo(other);
			assertThat(signals.get(0).text()).as(where).isEqualTo("news");
			WorkflowSignal.End end = Objects.requireNonNull(signals.get(1).end());
			assertThat(end.job()).as(where).isEqualTo(waiting);
			assertThat(end.state()).as(where).isEqualTo(JobState.CANCELLED);
			this.workflows.drop(signals);
			List<StoredTask> tasks = this.workflows.tasksFrom(id, 0, 10_000);
			assertThat(tasks).as(where).hasSize(6 + many);
			for (int i = 0; i < QUEUES.size(); i++) {
				List<ClaimedJob> jobs = claim(QUEUES.get(i));
				assertThat(jobs).as(where).extracting(ClaimedJob::id).containsExactly(tasks.get(3 + i).job());
			}
			assertThat(tasks.subList(0, 2)).as(where).extracting(StoredTask::status).containsOnly("over");
			assertThat(this.workflows.tasksIn(Phase.READY, Map.of(id, 10_000))).as(where).hasSize(many);
			// Nothing keeps it from going on.
			StoredWorkflow now = this.workflows.find(Set.of(id)).get(0);
			assertThat(this.workflows.commit(List.of(onlyState(now, "OVER")))).as(where).containsExactly(id);
		}

		private Consumer<String> enqueue(WorkflowRecords interrupted) {
			long id = this.workflows.reserve(HOME);
			create(id, List.of());
			List<NewJob> members = QUEUES.stream().map((queue) -> job(id, TaskRef.MEMBER, queue)).toList();
			try {
				interrupted.enqueue(id, members, "three");
			}
			catch (JobStoreException ex) {
				assertThat(ex).hasStackTraceContaining("Crashed");
			}
			return (where) -> {
				List<WorkflowSignal> signals = this.workflows.look(100).signals();
				Map<String, Integer> jobs = new HashMap<>();
				QUEUES.forEach((queue) -> jobs.put(queue, claim(queue).size()));
				this.lastState = signals.isEmpty() ? STAYED : WENT_ON;
				assertThat(jobs.values()).as(where).containsOnly(signals.isEmpty() ? 0 : 1);
				assertThat(signals).as(where).hasSizeLessThan(2);
				this.workflows.drop(signals);
			};
		}

		private void create(long id, List<NewJob> jobs) {
			List<StoredTask> tasks = IntStream.range(0, jobs.size())
				.mapToObj((number) -> task(id, number, Phase.LIVE))
				.toList();
			Map<Integer, NewJob> released = new LinkedHashMap<>();
			IntStream.range(0, jobs.size()).forEach((number) -> released.put(number, jobs.get(number)));
			this.workflows.create(new WorkflowChange(
					new StoredWorkflow(id, "crash", STAYED, false, 0, this.fixture.now(), null, "", ""), tasks,
					List.of(), released, Set.of(), Map.of(), List.of()));
		}

		private static StoredTask task(long id, int number, Phase phase) {
			return new StoredTask(id, number, "t" + number, phase, null, "", "");
		}

		private static NewJob job(long id, int number, String queue) {
			return new NewJob("crash.test", queue, 0, 3, "[]", new TaskRef(id, number).addTo(Map.of()), null, null,
					null, null);
		}

		private List<ClaimedJob> claim(String queue) {
			return this.store.exchange(new Exchange(this.node, List.of(), Claim.of(queue, 10))).claimed();
		}

	}

	/**
	 * What is interrupted.
	 */
	@FunctionalInterface
	private interface Step {

		/**
		 * Do it.
		 * @return checks what came of it
		 */
		Consumer<String> prepare(WorkflowRecords interrupted);

	}

}
