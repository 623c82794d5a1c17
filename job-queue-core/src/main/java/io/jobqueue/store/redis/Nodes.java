package io.jobqueue.store.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.NodeStatus;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.Pulse;
import io.jobqueue.store.internal.Look;

/**
 * The nodes that are registered, and what this process knows of its own: the queues that
 * they claim from, and the last lease that they got from each. Thread-safe.
 */
final class Nodes {

	private static final int INT = 4;

	private final ScriptRunner scripts;

	private final String key;

	private final byte[] nodesKey;

	private final byte[] describedKey;

	private final Map<Long, Map<String, Long>> own = new ConcurrentHashMap<>();

	/**
	 * Create a registry of nodes.
	 * @param scripts how to reach it, on a connection that nothing else keeps busy
	 * @param options the settings
	 */
	Nodes(ScriptRunner scripts, RedisOptions options) {
		this.scripts = scripts;
		this.key = options.registryKey();
		this.nodesKey = Keys.bytes(this.key + ":nodes");
		this.describedKey = Keys.bytes(this.key + ":described");
	}

	long register(NodeDescription node) {
		Writer writer = new Writer().text(node.name(), INT).number(node.queues().size(), INT);
		node.queues().forEach((queue) -> writer.text(queue, INT));
		List<String> handlers = node.handlers();
		if (handlers != null) {
			writer.number(handlers.size(), INT);
			handlers.forEach((handler) -> writer.text(handler, INT));
		}
		long id = this.scripts.run(Script.REGISTER, this.key, new Arguments().add(writer.toBytes())).number();
		this.own.put(id, new ConcurrentHashMap<>());
		return id;
	}

	/**
	 * Remove a node.
	 * @return whether it was registered
	 */
	boolean deregister(long node) {
		this.own.remove(node);
		return this.scripts.run(Script.DEREGISTER, this.key, new Arguments().add(node)).number() > 0;
	}

	/**
	 * Tell that a node is alive, and ask the queues that it works what to cancel.
	 */
	Pulse heartbeat(long node, Registry registry, RedisOptions options) {
		Arguments arguments = new Arguments().add(node);
		return this.scripts.call((session) -> {
			ScriptRunner.Call beat = session.start(Script.HEARTBEAT, this.key, arguments);
			Map<String, ScriptRunner.Call> calls = new HashMap<>();
			queuesOf(node)
				.forEach((queue) -> calls.put(queue, session.start(Script.PULSE, options.queueKey(queue), arguments)));
			if (beat.await().number() == 0) {
				return Pulse.DEAD;
			}
			Set<JobId> cancelled = new HashSet<>();
			calls.forEach((queue, call) -> {
				Reply jobs = call.await();
				while (jobs.hasNext()) {
					cancelled.add(jobs.job(registry.number(queue)));
				}
			});
			return new Pulse(true, cancelled);
		});
	}

	/**
	 * Remove the nodes that have been silent for too long.
	 * @return what was found, or {@code null} if that cannot be told now
	 */
	@Nullable Reaped reap(Duration silence) {
		Look look = Look.begin(silence);
		Reaped found = reap(silence, List.of());
		if (look.isOutdated()) {
			return null;
		}
		return found.dead().isEmpty() ? found : reap(silence, found.dead());
	}

	private Reaped reap(Duration silence, List<Long> suspects) {
		Arguments arguments = new Arguments().add(silence.toMillis());
		suspects.forEach(arguments::add);
		Reply reply = this.scripts.run(Script.REAP, this.key, arguments);
		long last = reply.number();
		List<Long> dead = new ArrayList<>();
		for (int left = reply.count(); left > 0; left--) {
			dead.add(reply.number());
		}
		List<Long> alive = new ArrayList<>();
		while (reply.hasNext()) {
			alive.add(reply.number());
		}
		return new Reaped(last, List.copyOf(dead), alive);
	}

	void died(long node) {
		this.own.remove(node);
	}

	boolean isRegistered(long node) {
		byte[] member = Keys.bytes(Long.toString(node));
		return this.scripts.call(
				(session) -> session.await(session.send((commands) -> commands.zscore(this.nodesKey, member)))) != null;
	}

	/**
	 * Return the queues that a node of this process has got jobs from.
	 */
	Set<String> queuesOf(long node) {
		return this.own.getOrDefault(node, Map.of()).keySet();
	}

	/**
	 * Return the last lease that a node got from a queue.
	 * @return the number of the lease, 0 for none, {@code null} if this process cannot
	 * tell
	 */
	@Nullable Long lastLease(long node, String queue) {
		Map<String, Long> leases = this.own.get(node);
		return (leases != null) ? leases.getOrDefault(queue, 0L) : null;
	}

	void leased(long node, String queue, long lease) {
		Map<String, Long> leases = this.own.get(node);
		if (leases != null) {
			leases.put(queue, lease);
		}
	}

	/**
	 * Return the registered nodes.
	 * @return the nodes, oldest first
	 */
	List<Registered> all() {
		return this.scripts.call((session) -> {
			var seen = session.send((commands) -> commands.zrangeWithScores(this.nodesKey, 0, -1));
			var described = session.await(session.send((commands) -> commands.hgetall(this.describedKey)));
			var scores = session.await(seen);
			Map<Long, byte[]> descriptions = new ConcurrentHashMap<>();
			if (described != null) {
				described.forEach((id, value) -> descriptions.put(Digits.parse(id), value));
			}
			List<Registered> nodes = new ArrayList<>();
			if (scores != null) {
				scores.forEach((node) -> {
					long id = Digits.parse(node.getValue());
					byte[] description = descriptions.get(id);
					if (description != null) {
						nodes.add(Registered.read(id, (long) node.getScore(), description));
					}
				});
			}
			nodes.sort(Comparator.comparingLong(Registered::id));
			return nodes;
		});
	}

	/**
	 * What was found among the nodes.
	 *
	 * @param lastNode the greatest id given so far: greater ones have been registered
	 * meanwhile
	 * @param dead the nodes that are dead now
	 * @param alive the nodes that are alive
	 */
	record Reaped(long lastNode, List<Long> dead, List<Long> alive) {
	}

	/**
	 * A registered node.
	 *
	 * @param id its id
	 * @param name what people call it
	 * @param startedAt when it was registered
	 * @param seenAt its last heartbeat
	 * @param queues the queues it takes jobs from
	 * @param handlers the handlers it has, if it told
	 */
	record Registered(long id, String name, Instant startedAt, Instant seenAt, List<String> queues,
			@Nullable List<String> handlers) {

		private static Registered read(long id, long seenAt, byte[] description) {
			Reader reader = new Reader(description);
			Instant startedAt = Instant.ofEpochMilli(reader.number(StoredJob.TIME));
			String name = reader.text(INT);
			List<String> queues = names(reader);
			return new Registered(id, name, startedAt, Instant.ofEpochMilli(seenAt), queues,
					reader.hasNext() ? names(reader) : null);
		}

		private static List<String> names(Reader reader) {
			List<String> names = new ArrayList<>();
			for (int left = reader.small(INT); left > 0; left--) {
				names.add(reader.text(INT));
			}
			return List.copyOf(names);
		}

		NodeStatus status(List<JobId> jobs) {
			return new NodeStatus(this.id, this.name, this.startedAt, this.seenAt, this.queues, this.handlers, jobs);
		}

	}

}
