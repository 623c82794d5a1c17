package io.jobqueue.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.util.Assert;

import io.jobqueue.JobStoreException;

/**
 * Makes changes of workflows. One script in the slot of a workflow decides whether a
 * change takes place, and does what it does there. What it does in other slots is written
 * down by that script as an intent, and then done: each of its parts once, however often
 * it is delivered, since the slot where it is done remembers it. As long as the intent is
 * there the workflow does not change. If this process dies, another one finds it, see
 * {@link WorkflowLooks}.
 * <p>
 * A workflow gets another version when its intent is complete. So whoever read the
 * workflow before that is refused, and whoever reads it later does not find the signals
 * that were handled: these have to be there between the reading and the change, or the
 * change is refused.
 */
final class WorkflowCommits {

	private static final Log logger = LogFactory.getLog(WorkflowCommits.class);

	private static final int VALUES_AT_ONCE = 20_000;

	private static final Duration STAGE_LIFE = Duration.ofMinutes(10);

	private final ScriptRunner scripts;

	private final Registry registry;

	private final RedisOptions options;

	private final Signals signals;

	private final JobActions actions;

	/** The queues that have jobs to be cancelled elsewhere. */
	private final Set<Integer> errands = ConcurrentHashMap.newKeySet();

	WorkflowCommits(ScriptRunner scripts, Registry registry, RedisOptions options, Signals signals) {
		this.scripts = scripts;
		this.registry = registry;
		this.options = options;
		this.signals = signals;
		this.actions = new JobActions(scripts, registry, options, signals);
	}

	/**
	 * Make changes.
	 * @return those that took place. All of them are complete, unless the server failed
	 * then; in that case they will be.
	 */
	Set<WorkflowPlan> commit(List<WorkflowPlan> plans) {
		List<WorkflowPlan> possible = withoutHandled(plans);
		Map<WorkflowPlan, String> stages = new HashMap<>();
		possible.stream().filter(WorkflowPlan::isLarge).forEach((plan) -> stages.put(plan, stage(plan)));
		Set<WorkflowPlan> done = decide(possible, stages);
		Set<String> queues = new HashSet<>();
		List<Delivery> deliveries = new ArrayList<>();
		for (WorkflowPlan plan : done) {
			queues.addAll(plan.queues());
			for (int i = 0; i < plan.parts().size(); i++) {
				deliveries.add(new Delivery(plan.home(), plan.id(), plan.version(), i + 1, plan.parts().get(i)));
			}
		}
		try {
			deliver(deliveries);
		}
		catch (JobStoreException ex) {
			logger.warn("Changes of workflows will be completed a little later: " + ex.getMessage());
		}
		this.signals.available(queues);
		if (done.stream().anyMatch(WorkflowPlan::tellsWorkflows)) {
			this.signals.workflowChanged();
		}
		return done;
	}

	private List<WorkflowPlan> withoutHandled(List<WorkflowPlan> plans) {
		if (plans.stream().allMatch((plan) -> plan.handledElsewhere().isEmpty())) {
			return plans;
		}
		return this.scripts.call((session) -> {
			Map<WorkflowPlan, List<Future<List<Double>>>> scores = new LinkedHashMap<>();
			for (WorkflowPlan plan : plans) {
				List<Future<List<Double>>> ofPlan = new ArrayList<>();
				scores.put(plan, ofPlan);
				plan.handledElsewhere().forEach((queue, numbers) -> {
					byte[][] members = numbers.stream().map(Keys::bytes).toArray(byte[][]::new);
					ofPlan.add(session.send((commands) -> commands.zmscore(Keys.bytes(key(queue) + ":ends"), members)));
				});
			}
			List<WorkflowPlan> possible = new ArrayList<>();
			scores.forEach((plan, futures) -> {
				boolean areThere = true;
				for (Future<List<Double>> future : futures) {
					List<Double> found = session.await(future);
					areThere &= found != null && !found.contains(null);
				}
				if (areThere) {
					possible.add(plan);
				}
			});
			return possible;
		});
	}

	private String stage(WorkflowPlan plan) {
		String stage = UUID.randomUUID().toString();
		for (int i = 0; i < plan.parts().size(); i++) {
			this.scripts.run(Script.WORKFLOW_STAGE, key(plan.home()),
					new Arguments().add(stage)
						.add(STAGE_LIFE.toMillis())
						.add(i + 1)
						.add(plan.parts().get(i).toBytes()));
		}
		return stage;
	}

	private Set<WorkflowPlan> decide(List<WorkflowPlan> plans, Map<WorkflowPlan, String> stages) {
		List<Sent> calls = new ArrayList<>();
		Map<Integer, Sent> open = new HashMap<>();
		for (WorkflowPlan plan : plans) {
			Sent call = open.get(plan.home());
			if (call == null || call.arguments.size() > VALUES_AT_ONCE) {
				call = new Sent(plan.home(), new Arguments().add(plan.home()).add(keepsCancelled()));
				open.put(plan.home(), call);
				calls.add(call);
			}
			call.plans.add(plan);
			call.arguments.addAll(plan.toValues(stages.getOrDefault(plan, "")));
		}
		return this.scripts.call((session) -> {
			List<ScriptRunner.Call> started = calls.stream()
				.map((call) -> session.start(Script.WORKFLOW_COMMIT, key(call.home), call.arguments))
				.toList();
			Set<WorkflowPlan> done = new LinkedHashSet<>();
			for (int i = 0; i < calls.size(); i++) {
				Reply reply = started.get(i).await();
				cancelling(reply, calls.get(i).home);
				for (WorkflowPlan plan : calls.get(i).plans) {
					if (reply.number() > 0) {
						done.add(plan);
					}
				}
			}
			return done;
		});
	}

	private boolean keepsCancelled() {
		return !this.options.retention().cancelled().isZero();
	}

	private void cancelling(Reply reply, int queue) {
		if (reply.number() > 0) {
			this.signals.cancellationRequested();
		}
		if (reply.number() > 0) {
			this.errands.add(queue);
		}
	}

	// Jobs that were moved are cancelled where they are, if not now, then by whoever
	// looks for the dead.
	private void runErrands() {
		for (Integer queue : this.errands) {
			this.errands.remove(queue);
			this.actions.runErrands(queue);
		}
	}

	private String key(int queue) {
		String name = this.registry.name(queue);
		Assert.state(name != null, () -> "There is no queue with the number " + queue);
		return this.options.queueKey(name);
	}

	/**
	 * Deliver parts of intents, and complete them.
	 */
	void deliver(List<Delivery> deliveries) {
		List<Delivery> some = new ArrayList<>();
		int size = 0;
		for (Delivery delivery : deliveries) {
			some.add(delivery);
			size += delivery.part.effects().size();
			if (size > VALUES_AT_ONCE) {
				deliverAtOnce(some);
				some.clear();
				size = 0;
			}
		}
		if (!some.isEmpty()) {
			deliverAtOnce(some);
		}
		runErrands();
	}

	private void deliverAtOnce(List<Delivery> deliveries) {
		Map<Integer, List<Delivery>> byQueue = new LinkedHashMap<>();
		deliveries.forEach(
				(delivery) -> byQueue.computeIfAbsent(delivery.part.queue(), (key) -> new ArrayList<>()).add(delivery));
		Map<Integer, Arguments> complete = new LinkedHashMap<>();
		this.scripts.call((session) -> {
			Map<Integer, ScriptRunner.Call> calls = new LinkedHashMap<>();
			byQueue.forEach((queue, parts) -> {
				Arguments arguments = new Arguments().add(keepsCancelled());
				parts.forEach((delivery) -> arguments.add(delivery.id)
					.add(delivery.version)
					.add(delivery.number)
					.addAll(delivery.part.effects()));
				calls.put(queue, session.start(Script.WORKFLOW_DELIVER, key(queue), arguments));
			});
			calls.forEach((queue, call) -> {
				Reply reply = call.await();
				cancelling(reply, queue);
				for (Delivery delivery : byQueue.getOrDefault(queue, List.of())) {
					long first = reply.number();
					if (first >= 0) {
						complete.computeIfAbsent(delivery.home, (home) -> new Arguments())
							.add(delivery.id)
							.add(delivery.version)
							.add(delivery.number)
							.add(delivery.part.tasks())
							.add(first)
							.add(queue);
					}
				}
			});
			return calls;
		});
		this.scripts.call((session) -> {
			List<ScriptRunner.Call> calls = new ArrayList<>();
			complete
				.forEach((home, arguments) -> calls.add(session.start(Script.WORKFLOW_COMPLETE, key(home), arguments)));
			calls.forEach(ScriptRunner.Call::await);
			return calls;
		});
	}

	/**
	 * A part of an intent on its way.
	 *
	 * @param home the number of the queue of the workflow
	 * @param id the id of the intent
	 * @param version its version
	 * @param number which part it is
	 * @param part the part
	 */
	record Delivery(int home, String id, long version, int number, Part part) {
	}

	/**
	 * Changes that are sent together.
	 */
	private static final class Sent {

		private final int home;

		private final Arguments arguments;

		private final List<WorkflowPlan> plans = new ArrayList<>();

		Sent(int home, Arguments arguments) {
			this.home = home;
			this.arguments = arguments;
		}

	}

}
