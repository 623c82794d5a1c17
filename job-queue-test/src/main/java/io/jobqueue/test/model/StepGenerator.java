package io.jobqueue.test.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;

import io.jobqueue.JobId;
import io.jobqueue.OnDuplicate;
import io.jobqueue.UniqueScope;
import io.jobqueue.JobState;
import io.jobqueue.store.Claim;
import io.jobqueue.store.Outcome;

/**
 * Thinks of a step to take next. It looks at the model, so that most steps make sense.
 */
final class StepGenerator {

	private static final List<String> HANDLERS = List.of("x", "y");

	private static final int NODES = 4;

	private final Random random;

	private final ModelRun run;

	private int lastLabel;

	StepGenerator(Random random, ModelRun run) {
		this.random = random;
		this.run = run;
	}

	Step next() {
		int choice = this.random.nextInt(100);
		if (choice < 44) {
			return exchange();
		}
		if (choice < 58) {
			return (this.random.nextInt(2) == 0) ? unique() : enqueue();
		}
		if (choice < 66) {
			return new AdvanceStep(1 + this.random.nextInt(4), someNodes());
		}
		if (choice < 72) {
			return new RescueStep();
		}
		if (choice < 77) {
			return mark();
		}
		if (choice < 85) {
			return new NodeStep(1 + this.random.nextInt(NODES), anyOf(NodeStep.Kind.values()));
		}
		if (choice < 95) {
			return admin(anyOf(AdminStep.Kind.values()));
		}
		// Paused less often than resumed.
		return (choice < 99) ? new QueueStep(anyOf(ModelRun.QUEUES), this.random.nextInt(3) == 0) : new PruneStep();
	}

	private Step enqueue() {
		List<EnqueueStep.Draft> drafts = new ArrayList<>();
		for (int i = this.random.nextInt(4); i >= 0; i--) {
			boolean isLater = this.random.nextInt(4) == 0;
			drafts.add(new EnqueueStep.Draft(++this.lastLabel, anyOf(HANDLERS), anyOf(ModelRun.QUEUES),
					this.random.nextInt(3) - 1, 1 + this.random.nextInt(4), isLater ? this.random.nextInt(6) - 1 : 0,
					isLater && this.random.nextBoolean()));
		}
		return new EnqueueStep(drafts);
	}

	private Step unique() {
		return new UniqueStep(++this.lastLabel, anyOf(ModelRun.QUEUES), "=key", this.random.nextInt(3) - 1,
				Math.max(0, this.random.nextInt(8) - 4), anyOf(UniqueScope.values()), 1 + this.random.nextInt(6),
				anyOf(OnDuplicate.values()));
	}

	private Step exchange() {
		int node = anyNode();
		Long id = this.run.nodes().getOrDefault(node, 0L);
		List<ExchangeStep.End> ends = new ArrayList<>();
		boolean isClumsy = this.random.nextInt(4) == 0;
		for (Map.Entry<Integer, JobId> entry : this.run.jobs().entrySet()) {
			ModelJob job = this.run.model.find(entry.getValue());
			boolean isMine = job != null && job.isLeasedTo(id);
			if (isMine ? this.random.nextInt(2) == 0 : isClumsy && this.random.nextInt(8) == 0) {
				int back = isClumsy ? this.random.nextInt(2) : 0;
				ends.add(new ExchangeStep.End(entry.getKey(), back, anyOf(Outcome.Kind.values()),
						Math.max(this.random.nextInt(5) - 1, 0)));
			}
		}
		return new ExchangeStep(node, ends, (this.random.nextInt(4) == 0) ? Claim.NONE : claim());
	}

	private Claim claim() {
		List<String> queues = new ArrayList<>(ModelRun.QUEUES);
		Collections.shuffle(queues, this.random);
		List<Claim.Room> rooms = new ArrayList<>();
		for (String queue : queues.subList(0, 1 + this.random.nextInt(queues.size()))) {
			Integer above = (this.random.nextInt(5) == 0) ? this.random.nextInt(4) - 2 : null;
			rooms.add(new Claim.Room(queue, this.random.nextInt(6), above));
		}
		Set<String> excluded = (this.random.nextInt(5) == 0) ? Set.of(anyOf(HANDLERS)) : Set.of();
		return new Claim(rooms, this.random.nextInt(8), this.random.nextBoolean(), excluded);
	}

	private Step admin(AdminStep.Kind kind) {
		List<Integer> labels = someJobs(switch (kind) {
			case CANCEL -> (job) -> job.end == null;
			case RETRY -> (job) -> job.end == JobState.FAILED || job.end == JobState.CANCELLED;
			case DELETE -> (job) -> job.lease == null;
			case RESCHEDULE -> ModelJob::isWaiting;
		});
		return new AdminStep(kind, labels, this.random.nextInt(6) - 2);
	}

	private Step mark() {
		int node = anyNode();
		Long id = this.run.nodes().getOrDefault(node, 0L);
		Set<Integer> reported = new HashSet<>(someJobs((job) -> job.isLeasedTo(id)));
		int job = someJobs((candidate) -> candidate.isLeasedTo(id)).get(0);
		reported.add(job);
		return new MarkStep(node, job, this.random.nextInt(6) / 5, List.copyOf(reported), this.random.nextInt(101));
	}

	private int anyNode() {
		// Mostly the first ones, so that some nodes hold several leases.
		return 1 + Math.min(this.random.nextInt(NODES), this.random.nextInt(NODES));
	}

	private List<Integer> someNodes() {
		List<Integer> nodes = new ArrayList<>();
		for (int node = 1; node <= NODES; node++) {
			if (this.random.nextInt(3) > 0) {
				nodes.add(node);
			}
		}
		return nodes;
	}

	private int anyJob() {
		// Mostly one of the latest.
		int age = this.random.nextInt(2 + this.random.nextInt(1 + this.lastLabel));
		return Math.max(1, this.lastLabel - age);
	}

	// Mostly of those that the step is made for.
	private List<Integer> someJobs(Predicate<ModelJob> condition) {
		List<Integer> fitting = this.run.jobs().entrySet().stream().filter((entry) -> {
			ModelJob job = this.run.model.find(entry.getValue());
			return job != null && condition.test(job);
		}).map(Map.Entry::getKey).toList();
		Set<Integer> labels = new HashSet<>();
		for (int i = this.random.nextInt(4); i >= 0; i--) {
			labels.add((fitting.isEmpty() || this.random.nextInt(4) == 0) ? anyJob() : anyOf(fitting));
		}
		return List.copyOf(labels);
	}

	private <T> T anyOf(List<T> values) {
		return values.get(this.random.nextInt(values.size()));
	}

	private <T> T anyOf(T[] values) {
		return values[this.random.nextInt(values.length)];
	}

}
