package io.jobqueue.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobStoreException;

/**
 * The queues that there are, and their numbers. A queue gets its number with its first
 * job, or when it is paused, and keeps it for good. Thread-safe.
 */
final class Registry {

	private final ScriptRunner scripts;

	private final String key;

	private final byte[] queuesKey;

	private final byte[] workflowQueuesKey;

	private final Set<String> workflowQueues = ConcurrentHashMap.newKeySet();

	private final Map<String, Integer> numbers = new ConcurrentHashMap<>();

	private final Map<Integer, String> names = new ConcurrentHashMap<>();

	Registry(ScriptRunner scripts, RedisOptions options) {
		this.scripts = scripts;
		this.key = options.registryKey();
		this.queuesKey = Keys.bytes(this.key + ":queues");
		this.workflowQueuesKey = Keys.bytes(this.key + ":workflow-queues");
	}

	/**
	 * Return the number of a queue, which gets one if it has none.
	 */
	int number(String queue) {
		Integer known = this.numbers.get(queue);
		if (known != null) {
			return known;
		}
		int number = this.scripts.run(Script.NUMBER, this.key, new Arguments().add(queue).add(JobNumbers.MAX_QUEUES))
			.count();
		if (number < 0) {
			throw new JobStoreException("There are " + JobNumbers.MAX_QUEUES
					+ " queues already, which is as many as the store on Redis can have. Use fewer (queue: " + queue
					+ ")", null);
		}
		know(queue, number);
		return number;
	}

	private void know(String queue, int number) {
		this.numbers.put(queue, number);
		this.names.put(number, queue);
	}

	/**
	 * Return the queue with a number.
	 * @return the name, or {@code null} if there is none
	 */
	@Nullable String name(int number) {
		String known = this.names.get(number);
		if (known == null) {
			queues();
			known = this.names.get(number);
		}
		return known;
	}

	/**
	 * Take note that a queue has workflows, or jobs of any, before it gets the first one.
	 */
	void useForWorkflows(String queue) {
		if (!this.workflowQueues.contains(queue)) {
			number(queue);
			addWorkflowQueue(queue);
			this.workflowQueues.add(queue);
		}
	}

	private void addWorkflowQueue(String queue) {
		byte[] member = Keys.bytes(queue);
		this.scripts.call(
				(session) -> session.await(session.send((commands) -> commands.sadd(this.workflowQueuesKey, member))));
	}

	/**
	 * Return the queues that ever had workflows, or jobs of any.
	 * @return the names, in order
	 */
	Set<String> workflowQueues() {
		Set<byte[]> found = this.scripts
			.call((session) -> session.await(session.send((commands) -> commands.smembers(this.workflowQueuesKey))));
		Set<String> names = new TreeSet<>();
		if (found != null) {
			found.forEach((name) -> names.add(Keys.text(name)));
		}
		// A server that has lost its last moments may not know all of them.
		this.workflowQueues.stream().filter(names::add).forEach(this::addWorkflowQueue);
		return names;
	}

	/**
	 * Return all queues that ever had jobs.
	 * @return the names, in order
	 */
	Set<String> queues() {
		Map<byte[], byte[]> found = this.scripts
			.call((session) -> session.await(session.send((commands) -> commands.hgetall(this.queuesKey))));
		Map<String, Integer> queues = new TreeMap<>();
		if (found != null) {
			found.forEach(
					(name, number) -> queues.put(new String(name, StandardCharsets.UTF_8), (int) Digits.parse(number)));
		}
		queues.forEach(this::know);
		return queues.keySet();
	}

}
