package io.jobqueue.store.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Future;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.lettuce.core.KeyValue;
import org.jspecify.annotations.Nullable;

import io.jobqueue.store.WorkflowLook;
import io.jobqueue.store.WorkflowSignal;

/**
 * The look at what is to be done for workflows, in all slots that have to do with any; it
 * also completes what processes have left undone that died.
 * <p>
 * A job posts texts before it ends. So the texts for a workflow are read together with
 * the ends of jobs, or after those that are in other slots, and come before them.
 */
final class WorkflowLooks {

	private static final Log logger = LogFactory.getLog(WorkflowLooks.class);

	/** How long it may take to complete a change before others do it, too. */
	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private static final int MILLIS_PER_SECOND = 1000;

	private static final int MICROS_PER_MILLI = 1000;

	private static final int PARTS_AT_ONCE = 5;

	private static final String VERSION = "version";

	private final ScriptRunner scripts;

	private final Registry registry;

	private final RedisOptions options;

	private final Signals signals;

	private final WorkflowCommits commits;

	WorkflowLooks(ScriptRunner scripts, Registry registry, RedisOptions options, Signals signals,
			WorkflowCommits commits) {
		this.scripts = scripts;
		this.registry = registry;
		this.options = options;
		this.signals = signals;
		this.commits = commits;
	}

	WorkflowLook look(int limit) {
		Set<String> queues = (limit > 0) ? this.registry.workflowQueues() : Set.of();
		if (queues.isEmpty()) {
			return new WorkflowLook(time(), List.of(), List.of(), List.of(), List.of());
		}
		Map<Integer, Seen> seen = look(queues, limit);
		Set<String> homes = new HashSet<>();
		seen.forEach((queue, there) -> there.ends.forEach((end) -> {
			String home = this.registry.name(WorkflowIds.home(end.workflow()));
			if (home != null && WorkflowIds.home(end.workflow()) != queue) {
				homes.add(home);
			}
		}));
		if (!homes.isEmpty()) {
			look(homes, limit).forEach((queue, later) -> seen.merge(queue, later, Seen::withPostsOf));
		}
		return result(seen, limit);
	}

	private Map<Integer, Seen> look(Set<String> queues, int limit) {
		Map<Integer, Seen> seen = new TreeMap<>();
		this.scripts
			.runAll(Script.WORKFLOW_LOOK, this.options, queues, new Arguments().add(limit).add(PATIENCE.toMillis()))
			.forEach((queue, reply) -> {
				int number = this.registry.number(queue);
				Seen there = Seen.read(reply, number);
				seen.put(number, there);
				there.late.forEach((intent) -> complete(number, queue, intent));
			});
		return seen;
	}

	private static WorkflowLook result(Map<Integer, Seen> seen, int limit) {
		// Masters have clocks of their own.
		Instant now = Instant.EPOCH;
		Set<String> intents = new HashSet<>();
		List<WorkflowSignal> posts = new ArrayList<>();
		List<Dated> ends = new ArrayList<>();
		Set<Long> timedOut = new TreeSet<>();
		for (Seen there : seen.values()) {
			now = there.now.isAfter(now) ? there.now : now;
			intents.addAll(there.intents);
			posts.addAll(there.posts);
			timedOut.addAll(there.timedOut);
			Instant at = Instant.EPOCH;
			for (WorkflowSignal end : there.ends) {
				if (end.end() != null && end.end().at().isAfter(at)) {
					at = end.end().at();
				}
				ends.add(new Dated(at, end));
			}
		}
		List<WorkflowSignal> signals = new ArrayList<>(posts);
		// With more texts than that, some may not have been seen that precede an end.
		if (posts.size() < limit) {
			ends.sort(Comparator.comparing(Dated::at));
			ends.forEach((end) -> signals.add(end.signal));
		}
		// Nobody can change these now.
		signals.removeIf((signal) -> intents.contains(Long.toString(signal.workflow())));
		timedOut.removeIf((workflow) -> intents.contains(Long.toString(workflow)));
		return new WorkflowLook(now, List.copyOf(signals.subList(0, Math.min(limit, signals.size()))),
				timedOut.stream().limit(limit).toList(), List.of(), List.of());
	}

	private Instant time() {
		List<byte[]> time = this.scripts.call((session) -> session.await(session.send((commands) -> commands.time())));
		return Instant
			.ofEpochMilli(Digits.parse(time.get(0)) * MILLIS_PER_SECOND + Digits.parse(time.get(1)) / MICROS_PER_MILLI);
	}

	// What cannot be completed now must not keep all other workflows from going on.
	private void complete(int home, String queue, String intent) {
		try {
			byte[] key = Keys.bytes(this.options.queueKey(queue) + ":intent:" + intent);
			Map<String, Integer> numbers = new HashMap<>();
			List<byte[]> fields = this.scripts
				.call((session) -> session.await(session.send((commands) -> commands.hkeys(key))));
			for (byte[] field : (fields != null) ? fields : List.<byte[]>of()) {
				String name = Keys.text(field);
				if (!name.equals(VERSION)) {
					numbers.put(name, Integer.valueOf(name));
				}
			}
			List<String> inOrder = numbers.keySet().stream().sorted(Comparator.comparing(numbers::get)).toList();
			for (int from = 0; from < inOrder.size(); from += PARTS_AT_ONCE) {
				complete(home, intent, key, inOrder.subList(from, Math.min(from + PARTS_AT_ONCE, inOrder.size())));
			}
			this.signals.workflowChanged();
		}
		catch (RuntimeException ex) {
			logger.warn("A change of a workflow cannot be completed at the moment; it is tried until it works (intent: "
					+ intent + ", queue: " + queue + ")", ex);
		}
	}

	private void complete(int home, String intent, byte[] key, List<String> numbers) {
		List<String> names = new ArrayList<>(numbers);
		names.add(VERSION);
		byte[][] fields = names.stream().map(Keys::bytes).toArray(byte[][]::new);
		Map<String, byte[]> values = new HashMap<>();
		this.scripts.call((session) -> {
			Future<List<KeyValue<byte[], byte[]>>> found = session.send((commands) -> commands.hmget(key, fields));
			List<KeyValue<byte[], byte[]>> all = session.await(found);
			if (all != null) {
				all.forEach((value) -> value
					.ifHasValue((bytes) -> values.put(new String(value.getKey(), StandardCharsets.UTF_8), bytes)));
			}
			return values;
		});
		byte[] version = values.get(VERSION);
		List<WorkflowCommits.Delivery> deliveries = new ArrayList<>();
		for (String number : numbers) {
			byte[] part = values.get(number);
			if (part != null && version != null) {
				deliveries.add(new WorkflowCommits.Delivery(home, intent, Digits.parse(version),
						Integer.parseInt(number), Part.read(part)));
			}
		}
		this.commits.deliver(deliveries);
		Set<String> queues = new HashSet<>();
		for (WorkflowCommits.Delivery delivery : deliveries) {
			String name = this.registry.name(delivery.part().queue());
			if (name != null) {
				queues.add(name);
			}
		}
		this.signals.available(queues);
	}

	/**
	 * A signal and the time that orders it among those of other queues; those of one
	 * queue stay in their order even if the clock was put back.
	 */
	private record Dated(Instant at, WorkflowSignal signal) {
	}

	/**
	 * What was seen in a slot.
	 */
	private record Seen(Instant now, Set<String> intents, List<String> late, List<WorkflowSignal> ends,
			List<WorkflowSignal> posts, List<Long> timedOut) {

		static Seen read(Reply reply, int queue) {
			Instant now = Instant.ofEpochMilli(reply.number());
			Set<String> intents = new HashSet<>(texts(reply));
			List<String> late = texts(reply);
			List<WorkflowSignal> ends = signals(reply, queue);
			List<WorkflowSignal> posts = signals(reply, queue);
			List<Long> timedOut = new ArrayList<>();
			while (reply.hasNext()) {
				timedOut.add(reply.number());
			}
			return new Seen(now, intents, late, ends, posts, timedOut);
		}

		private static List<String> texts(Reply reply) {
			List<String> texts = new ArrayList<>();
			for (int left = reply.count(); left > 0; left--) {
				texts.add(reply.text());
			}
			return texts;
		}

		private static List<WorkflowSignal> signals(Reply reply, int queue) {
			List<WorkflowSignal> signals = new ArrayList<>();
			for (int left = reply.count(); left > 0; left--) {
				String position = new WorkflowIds.Position(queue, reply.text()).toString();
				signals.add(StoredWorkflows.readSignal(position, queue, reply.bytes()));
			}
			return signals;
		}

		Seen withPostsOf(@Nullable Seen later) {
			if (later == null) {
				return this;
			}
			Set<String> all = new HashSet<>(this.intents);
			all.addAll(later.intents);
			return new Seen(this.now, all, this.late, this.ends, later.posts, this.timedOut);
		}

	}

}
