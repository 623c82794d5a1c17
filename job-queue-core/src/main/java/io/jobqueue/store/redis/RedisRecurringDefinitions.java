package io.jobqueue.store.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import io.lettuce.core.KeyValue;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.JobId;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.RecurringChange;
import io.jobqueue.store.RecurringDefinition;
import io.jobqueue.store.RecurringDefinitions;
import io.jobqueue.store.RecurringLook;
import io.jobqueue.store.internal.Arrival;

/**
 * The definitions of recurring jobs. Each is in the slot of its queue, so that one script
 * changes it and enqueues its jobs. The registry knows in which queue a definition is;
 * one that is found in another, because two nodes created it at the same time, is
 * removed.
 */
final class RedisRecurringDefinitions implements RecurringDefinitions {

	private static final Comparator<RecurringDefinition> BY_DUE_TIME = Comparator
		.comparing(RedisRecurringDefinitions::dueMillis)
		.thenComparing(RecurringDefinition::name);

	private static final String NONE = "";

	private static final int MILLIS_PER_SECOND = 1000;

	private static final int MICROS_PER_MILLI = 1000;

	private final ScriptRunner scripts;

	private final Registry registry;

	private final RedisOptions options;

	private final Signals signals;

	private final MovedJobs moved;

	private final byte[] ownersKey;

	private final byte[] queuesKey;

	private final byte[] declaredKey;

	RedisRecurringDefinitions(ScriptRunner scripts, Registry registry, RedisOptions options, Signals signals) {
		this.scripts = scripts;
		this.registry = registry;
		this.options = options;
		this.signals = signals;
		this.moved = new MovedJobs(scripts, registry, options, signals);
		this.ownersKey = Keys.bytes(options.registryKey() + ":recurring");
		this.queuesKey = Keys.bytes(options.registryKey() + ":recurring-queues");
		this.declaredKey = Keys.bytes(options.registryKey() + ":declared");
	}

	private static long dueMillis(RecurringDefinition definition) {
		Instant dueAt = definition.dueAt();
		return (dueAt != null) ? dueAt.toEpochMilli() : 0;
	}

	@Override
	public RecurringLook look(int limit) {
		Map<String, Reply> replies = this.scripts.runAll(Script.RECURRING_LOOK, this.options, queues(),
				new Arguments().add(limit));
		if (replies.isEmpty()) {
			return new RecurringLook(Instant.ofEpochMilli(time()), List.of(), null);
		}
		// Masters have clocks of their own: what is due on one of them is due by the
		// fastest.
		long now = 0;
		long next = Long.MAX_VALUE;
		List<RecurringDefinition> due = new ArrayList<>();
		for (Map.Entry<String, Reply> entry : replies.entrySet()) {
			Reply reply = entry.getValue();
			now = Math.max(now, reply.number());
			long nextHere = reply.number();
			next = (nextHere >= 0) ? Math.min(next, nextHere) : next;
			while (reply.hasNext()) {
				due.add(StoredRecurrence.read(entry.getKey(), reply.text(), reply.bytes()));
			}
		}
		due.sort(BY_DUE_TIME);
		return new RecurringLook(Instant.ofEpochMilli(now), withoutStrays(due.subList(0, Math.min(limit, due.size()))),
				(next < Long.MAX_VALUE) ? Instant.ofEpochMilli(next) : null);
	}

	private List<RecurringDefinition> withoutStrays(List<RecurringDefinition> definitions) {
		if (definitions.isEmpty()) {
			return List.of();
		}
		Map<String, String> owners = owners(definitions.stream().map(RecurringDefinition::name).toList());
		List<RecurringDefinition> proper = new ArrayList<>();
		for (RecurringDefinition definition : definitions) {
			if (definition.queue().equals(owners.get(definition.name()))) {
				proper.add(definition);
			}
			else {
				remove(definition);
			}
		}
		return proper;
	}

	private Map<String, String> owners(List<String> names) {
		Map<String, String> owners = new HashMap<>();
		if (names.isEmpty()) {
			return owners;
		}
		this.scripts
			.call((session) -> session.await(session.send((commands) -> commands.hmget(this.ownersKey, fields(names)))))
			.forEach((owner) -> owner.ifHasValue((queue) -> owners.put(text(owner.getKey()), text(queue))));
		return owners;
	}

	private Set<String> queues() {
		Set<String> queues = new HashSet<>();
		this.scripts.call((session) -> session.await(session.send((commands) -> commands.smembers(this.queuesKey))))
			.forEach((queue) -> queues.add(text(queue)));
		return queues;
	}

	private long time() {
		List<byte[]> time = this.scripts.call((session) -> session.await(session.send((commands) -> commands.time())));
		return Digits.parse(time.get(0)) * MILLIS_PER_SECOND + Digits.parse(time.get(1)) / MICROS_PER_MILLI;
	}

	@Override
	public Map<String, List<JobId>> fire(List<RecurringChange> changes) {
		Map<String, List<RecurringChange>> byQueue = new LinkedHashMap<>();
		changes.forEach(
				(change) -> byQueue.computeIfAbsent(change.before().queue(), (queue) -> new ArrayList<>()).add(change));
		Map<String, List<JobId>> fired = new LinkedHashMap<>();
		byQueue.forEach((queue, ofQueue) -> {
			Arguments arguments = arguments(queue);
			ofQueue.forEach((change) -> add(arguments, change.before().name(), change.before().version(),
					change.after(), change.jobs()));
			Reply reply = run(queue, arguments);
			int number = this.registry.number(queue);
			for (RecurringChange change : ofQueue) {
				long first = reply.number();
				if (first >= 0) {
					fired.put(change.before().name(),
							LongStream.range(first, first + change.jobs().size())
								.mapToObj((job) -> JobNumbers.id(job, number))
								.toList());
				}
			}
			this.signals.enqueued(Arrival.of(ofQueue.stream().flatMap((change) -> change.jobs().stream()).toList()));
		});
		return fired;
	}

	private Arguments arguments(String queue) {
		return new Arguments().add(this.registry.number(queue));
	}

	private static void add(Arguments arguments, String name, long expected, @Nullable RecurringDefinition after,
			List<NewJob> jobs) {
		NewJobs written = new NewJobs();
		for (int i = 0; i < jobs.size(); i++) {
			Assert.isTrue(after != null && jobs.get(i).queue().equals(after.queue()),
					"A firing must be in the queue of its definition");
			written.add(jobs.get(i), i);
		}
		Arguments ofJobs = new Arguments();
		written.addTo(ofJobs);
		byte[][] values = ofJobs.toArray();
		arguments.add(name)
			.add(expected)
			.add((after != null) ? StoredRecurrence.write(after) : new byte[0])
			.add(jobs.size())
			.add(values.length);
		for (byte[] value : values) {
			arguments.add(value);
		}
	}

	private Reply run(String queue, Arguments arguments) {
		return this.scripts.run(Script.RECURRING_CHANGE, this.options.queueKey(queue), arguments);
	}

	private boolean change(String queue, String name, long expected, @Nullable RecurringDefinition after) {
		Arguments arguments = arguments(queue);
		add(arguments, name, expected, after, List.of());
		return run(queue, arguments).number() >= 0;
	}

	@Override
	public Set<String> createAll(Collection<RecurringDefinition> definitions) {
		Set<String> created = new HashSet<>();
		own(List.copyOf(definitions)).forEach((queue, own) -> {
			Arguments arguments = arguments(queue);
			own.forEach((definition) -> add(arguments, definition.name(), 0, definition, List.of()));
			Reply reply = run(queue, arguments);
			own.stream()
				.filter((definition) -> reply.number() >= 0)
				.forEach((definition) -> created.add(definition.name()));
		});
		if (!created.isEmpty()) {
			this.signals.recurringChanged();
		}
		return created;
	}

	/**
	 * Say of definitions which queues they are in, before they are put there.
	 * @return those of which nobody else has said so, by queue
	 */
	private Map<String, List<RecurringDefinition>> own(List<RecurringDefinition> definitions) {
		Map<String, String> owners = own(definitions, Map.of());
		List<RecurringDefinition> elsewhere = definitions.stream().filter((one) -> !isOwn(one, owners)).toList();
		if (!elsewhere.isEmpty()) {
			// What was removed leaves its queue behind.
			Map<String, RecurringDefinition> there = find(elsewhere.stream()
				.collect(Collectors.toMap(RecurringDefinition::name, (one) -> owners.getOrDefault(one.name(), NONE))));
			owners.putAll(own(elsewhere.stream().filter((one) -> !there.containsKey(one.name())).toList(),
					Map.copyOf(owners)));
		}
		return definitions.stream()
			.filter((one) -> isOwn(one, owners))
			.collect(Collectors.groupingBy(RecurringDefinition::queue));
	}

	private static boolean isOwn(RecurringDefinition definition, Map<String, String> owners) {
		return definition.queue().equals(owners.get(definition.name()));
	}

	private Map<String, String> own(List<RecurringDefinition> definitions, Map<String, String> before) {
		Arguments arguments = new Arguments();
		definitions
			.forEach((one) -> arguments.add(one.name()).add(one.queue()).add(before.getOrDefault(one.name(), NONE)));
		Reply reply = this.scripts.run(Script.RECURRING_OWN, this.options.registryKey(), arguments);
		Map<String, String> owners = new HashMap<>();
		definitions.forEach((one) -> owners.put(one.name(), reply.text()));
		return owners;
	}

	@Override
	public boolean replace(RecurringDefinition before, RecurringDefinition after) {
		boolean isDone = change(before.queue(), before.name(), before.version(), after);
		if (isDone) {
			this.signals.recurringChanged();
		}
		return isDone;
	}

	@Override
	public boolean remove(RecurringDefinition definition) {
		return change(definition.queue(), definition.name(), definition.version(), null);
	}

	@Override
	public Map<String, RecurringDefinition> findAll(Collection<String> names) {
		return find(owners(List.copyOf(names)));
	}

	private Map<String, RecurringDefinition> find(Map<String, String> queues) {
		Map<String, List<String>> byQueue = queues.keySet().stream().collect(Collectors.groupingBy(queues::get));
		return this.scripts.call((session) -> {
			Map<String, Future<List<KeyValue<byte[], byte[]>>>> answers = new HashMap<>();
			byQueue.forEach((queue, names) -> answers.put(queue,
					session.send((commands) -> commands.hmget(key(queue), fields(names)))));
			Map<String, RecurringDefinition> found = new HashMap<>();
			answers.forEach((queue, answer) -> {
				List<KeyValue<byte[], byte[]>> values = session.await(answer);
				if (values != null) {
					values.forEach((field) -> field.ifHasValue((value) -> {
						String name = text(field.getKey());
						found.put(name, StoredRecurrence.read(queue, name, value));
					}));
				}
			});
			return found;
		});
	}

	private static byte[][] fields(List<String> names) {
		return names.stream().map(Keys::bytes).toArray(byte[][]::new);
	}

	private byte[] key(String queue) {
		return Keys.bytes(this.options.queueKey(queue) + ":recurring");
	}

	@Override
	public List<RecurringDefinition> all() {
		Map<String, String> owners = new HashMap<>();
		all(this.ownersKey).forEach((name, queue) -> owners.put(text(name), text(queue)));
		Map<String, RecurringDefinition> found = new TreeMap<>();
		for (String queue : queues()) {
			all(key(queue)).forEach((key, value) -> {
				String name = text(key);
				if (queue.equals(owners.get(name))) {
					found.put(name, StoredRecurrence.read(queue, name, value));
				}
			});
		}
		return List.copyOf(found.values());
	}

	private Map<byte[], byte[]> all(byte[] key) {
		return this.scripts.call((session) -> {
			Map<byte[], byte[]> all = session.await(session.send((commands) -> commands.hgetall(key)));
			return (all != null) ? all : Map.of();
		});
	}

	@Override
	public Set<JobId> live(Collection<JobId> jobs) {
		Set<JobId> live = new HashSet<>();
		this.moved.perform(jobs, (queue, number, there) -> {
			Reply reply = this.scripts.run(Script.LIVE, this.options.queueKey(queue), MovedJobs.names(there, number));
			for (int left = reply.count(); left > 0; left--) {
				live.add(reply.job(number));
			}
			return MovedJobs.rest(reply, number);
		});
		return live;
	}

	@Override
	public Set<String> declare(Collection<String> names, Duration silence) {
		Arguments arguments = new Arguments().add(silence.toMillis());
		names.forEach(arguments::add);
		Reply reply = this.scripts.run(Script.RECURRING_DECLARE, this.options.registryKey(), arguments);
		Set<String> silent = new HashSet<>();
		while (reply.hasNext()) {
			silent.add(reply.text());
		}
		silent.removeAll(Set.copyOf(names));
		return silent;
	}

	@Override
	public void undeclare(Collection<String> names) {
		byte[][] members = names.stream().map(Keys::bytes).toArray(byte[][]::new);
		if (members.length > 0) {
			this.scripts
				.call((session) -> session.await(session.send((commands) -> commands.zrem(this.declaredKey, members))));
		}
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
