package io.jobqueue.test.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;

import io.jobqueue.JobState;
import io.jobqueue.workflow.TaskStatus;
import io.jobqueue.workflow.WorkflowHandle;
import io.jobqueue.workflow.WorkflowSpec;
import io.jobqueue.workflow.WorkflowState;
import io.jobqueue.workflow.Workflows;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A workflow of a thousand tasks with up to five dependencies each, of which a fifth may
 * fail and some do. All nodes are killed in the middle of it, at once, and once more one
 * after the other. What ran when is what the handlers have written down, by the clock of
 * the database.
 */
final class WorkflowTrial {

	static final int WORKERS = 3;

	private static final int TASKS = 1000;

	private static final int MAX_DEPENDENCIES = 5;

	/** After how many runs nodes are killed. */
	private static final int[] KILLS = { 250, 450, 600, 750 };

	private final ChaosRun run;

	private final SplittableRandom random = new SplittableRandom(48);

	private final List<List<Integer>> after = new ArrayList<>();

	private final List<Boolean> isDoomed = new ArrayList<>();

	WorkflowTrial(ChaosRun run) {
		this.run = run;
	}

	/**
	 * Let it happen, and judge.
	 * @return the figures
	 */
	String execute() {
		plan();
		try (Producer.Workshop workshop = this.run.producer().workshop()) {
			WorkflowHandle handle = start(workshop.workflows(), workshop);
			this.run.startWorkers();
			for (int i = 0; i < KILLS.length; i++) {
				awaitRuns(KILLS[i]);
				if (i == 0) {
					this.run.crew().workers().forEach(WorkerProcess::kill);
					IntStream.range(0, WORKERS).forEach(this.run.crew()::replace);
				}
				else {
					this.run.crew().worker(i % WORKERS).kill();
					this.run.crew().replace(i % WORKERS);
				}
			}
			assertThat(handle.await(Duration.ofMinutes(3)).state()).isEqualTo(WorkflowState.SUCCEEDED);
			return judge(handle.tasks());
		}
	}

	private void plan() {
		for (int i = 0; i < TASKS; i++) {
			int number = i;
			int first = Math.max(0, i - 60);
			this.after.add((i == 0) ? List.of()
					: this.random.ints(this.random.nextInt(MAX_DEPENDENCIES + 1), first, i)
						.filter((before) -> !this.isDoomed.get(before))
						.distinct()
						.boxed()
						.toList());
			this.isDoomed.add(number % 5 == 4);
		}
	}

	private WorkflowHandle start(Workflows workflows, Producer.Workshop workshop) {
		WorkflowSpec spec = workflows.define("chaos");
		List<Long> keys = workshop.keys(TASKS);
		assertThat(keys.get(0)).as("keys are numbers of tasks plus one").isEqualTo(1);
		for (int i = 0; i < TASKS; i++) {
			boolean doomed = this.isDoomed.get(i);
			spec.task("t" + i, workshop.job(doomed ? JobKind.DOOMED : JobKind.PLAIN, keys.get(i)).maxAttempts(1))
				.after(this.after.get(i).stream().map((before) -> "t" + before).toArray(String[]::new));
			if (doomed) {
				spec.continueOnFailure();
			}
		}
		return spec.start();
	}

	private void awaitRuns(int count) {
		Awaitility.await(count + " runs")
			.atMost(Duration.ofMinutes(2))
			.pollInterval(Duration.ofMillis(10))
			.until(() -> this.run.ledger().runs().size() >= count);
	}

	private String judge(List<TaskStatus> tasks) {
		assertThat(tasks).hasSize(TASKS);
		Map<Long, List<Ledger.Run>> runs = this.run.ledger().runs();
		Map<Long, List<Ledger.Job>> jobs = this.run.store().jobs();
		int repeated = 0;
		for (int i = 0; i < TASKS; i++) {
			long key = i + 1L;
			assertThat(tasks.get(i).state()).as("t" + i)
				.isEqualTo(this.isDoomed.get(i) ? JobState.FAILED : JobState.SUCCEEDED);
			assertThat(jobs.get(key)).as("a task has one job, and so ends once: t" + i).hasSize(1);
			List<Ledger.Run> ofTask = runs.getOrDefault(key, List.of());
			assertThat(ofTask).as("runs of t" + i).isNotEmpty();
			repeated += ofTask.size() - 1;
			for (int before : this.after.get(i)) {
				assertThat(ofTask).as("t" + i + " after t" + before)
					.allSatisfy((begun) -> assertThat(runs.get(before + 1L))
						.anyMatch((done) -> done.finished() != null && !done.finished().isAfter(begun.started())));
			}
		}
		return "Workflow: " + TASKS + " tasks, " + this.run.crew().hired() + " nodes hired for " + WORKERS + ", "
				+ repeated + " runs of tasks that had not ended when their nodes were killed";
	}

}
