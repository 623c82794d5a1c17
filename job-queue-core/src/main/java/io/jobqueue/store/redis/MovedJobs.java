package io.jobqueue.store.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;

import io.lettuce.core.KeyValue;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.jobqueue.JobId;
import io.jobqueue.JobStoreException;

/**
 * Jobs that were moved to other queues. Their ids lead to the queue that they were
 * enqueued in, their home. It knows of each of them which queue has it, which it comes
 * from, and which move of that queue it was.
 * <p>
 * A move takes several steps in as many slots. The script that takes a job out of a queue
 * keeps it there, where nobody can claim it, and notes where it goes. Then its home is
 * told, unless that is one of the two queues, then the other queue gets it, and then the
 * first one forgets the move. Whoever finds a move that is not over completes it: both
 * home and the other queue remember which moves they have seen. Whoever looks for a job
 * completes its moves first, and whoever looks for dead nodes completes those that are
 * late.
 * <p>
 * No step of jobs that were never moved looks at any of this, but for jobs that are not
 * found. A home forgets jobs that are not anywhere any more when it prunes, some at a
 * time.
 */
final class MovedJobs {

	private static final Log logger = LogFactory.getLog(MovedJobs.class);

	/** How often a job is looked for that others move to and fro. */
	private static final int TRIES = 100;

	/**
	 * So often in turn a job is not where its home says before it is gone for good: it
	 * may have left after its home was asked; then it may have been on its way when its
	 * home was asked again, and have arrived before its moves were looked at. A third
	 * time its home knows better.
	 */
	private static final int MISSES = 3;

	private static final String TARGET = "to";

	private final ScriptRunner scripts;

	private final Registry registry;

	private final RedisOptions options;

	private final Signals signals;

	MovedJobs(ScriptRunner scripts, Registry registry, RedisOptions options, Signals signals) {
		this.scripts = scripts;
		this.registry = registry;
		this.options = options;
		this.signals = signals;
	}

	/**
	 * Return the names by which a queue knows jobs, as arguments.
	 */
	static Arguments names(Collection<JobId> jobs, int queue) {
		Arguments names = new Arguments();
		jobs.forEach((id) -> names.add(JobNumbers.name(id, queue)));
		return names;
	}

	/**
	 * Return the jobs that are left in a reply.
	 */
	static List<JobId> rest(Reply reply, int queue) {
		List<JobId> jobs = new ArrayList<>();
		while (reply.hasNext()) {
			jobs.add(reply.job(queue));
		}
		return jobs;
	}

	/**
	 * Do something with jobs, wherever they are.
	 */
	void perform(Collection<JobId> jobs, Action action) {
		Map<JobId, Place> homes = new LinkedHashMap<>();
		jobs.forEach((id) -> homes.put(id, Place.home(id)));
		performAgain(perform(homes, action), action);
	}

	/**
	 * Do something with jobs that were not where they were looked for.
	 */
	void performAgain(Collection<JobId> jobs, Action action) {
		Set<JobId> missing = new LinkedHashSet<>(jobs);
		Map<JobId, Place> before = new HashMap<>();
		Map<JobId, Integer> misses = new HashMap<>();
		for (int i = 0; i < TRIES && !missing.isEmpty(); i++) {
			Map<JobId, Place> places = locate(missing);
			missing = perform(places, action);
			missing.forEach((id) -> {
				Place place = places.getOrDefault(id, Place.home(id));
				misses.merge(id, 1, (count, one) -> place.equals(before.get(id)) ? count + one : one);
				before.put(id, place);
			});
			// A home that does not have a job knows whether it was moved.
			missing.removeIf((id) -> misses.getOrDefault(id, 0) >= MISSES && !Place.home(id).equals(before.get(id)));
		}
	}

	private Set<JobId> perform(Map<JobId, Place> places, Action action) {
		Map<Integer, List<JobId>> byQueue = new LinkedHashMap<>();
		places.forEach((id, place) -> byQueue.computeIfAbsent(place.queue, (queue) -> new ArrayList<>()).add(id));
		Set<JobId> missing = new LinkedHashSet<>();
		byQueue.forEach((number, jobs) -> {
			String queue = this.registry.name(number);
			if (queue != null) {
				missing.addAll(action.perform(queue, number, jobs));
			}
		});
		return missing;
	}

	/**
	 * Find out where jobs are, after their moves that are not over.
	 */
	private Map<JobId, Place> locate(Set<JobId> jobs) {
		Map<JobId, Place> places = places(jobs);
		for (int i = 0; i < TRIES && complete(places); i++) {
			places = places(jobs);
		}
		return places;
	}

	private Map<JobId, Place> places(Set<JobId> jobs) {
		Map<JobId, Place> places = new LinkedHashMap<>();
		jobs.forEach((id) -> places.put(id, Place.home(id)));
		fields(places, ":moved").forEach((id, entry) -> places.put(id, Place.parse(entry)));
		return places;
	}

	// What queues know of jobs: those that places are in.
	private Map<JobId, String> fields(Map<JobId, Place> places, String name) {
		Map<Integer, List<JobId>> byQueue = new LinkedHashMap<>();
		places.forEach((id, place) -> byQueue.computeIfAbsent(place.queue, (queue) -> new ArrayList<>()).add(id));
		Map<JobId, String> found = new HashMap<>();
		this.scripts.call((session) -> {
			Map<Integer, Future<List<KeyValue<byte[], byte[]>>>> reads = new LinkedHashMap<>();
			byQueue.forEach((queue, jobs) -> {
				byte[][] names = names(jobs, queue).toArray();
				byte[] key = key(queue, name);
				reads.put(queue, session.send((commands) -> commands.hmget(key, names)));
			});
			reads.forEach((queue, read) -> {
				List<KeyValue<byte[], byte[]>> values = session.await(read);
				if (values != null) {
					values.forEach((value) -> value
						.ifHasValue((text) -> found.put(JobNumbers.parse(value.getKey(), queue), Keys.text(text))));
				}
			});
			return found;
		});
		return found;
	}

	private byte[] key(int queue, String name) {
		String queueName = this.registry.name(queue);
		if (queueName == null) {
			throw new JobStoreException("There is no queue with the number " + queue, null);
		}
		return Keys.bytes(this.options.queueKey(queueName) + name);
	}

	// Complete the moves to places, and those from there.
	private boolean complete(Map<JobId, Place> places) {
		Map<JobId, Place> moved = new LinkedHashMap<>(places);
		moved.values().removeIf((place) -> place.move.isEmpty());
		if (moved.isEmpty()) {
			return false;
		}
		Set<Move> open = open(moved.values());
		fields(moved, ":moving").forEach((id, move) -> {
			Place place = moved.get(id);
			if (place != null) {
				open.add(new Move(place.queue, move));
			}
		});
		open.forEach((move) -> complete(move.source, move.number));
		return !open.isEmpty();
	}

	/**
	 * Return which of the moves that led to places are not over.
	 */
	private Set<Move> open(Collection<Place> places) {
		Set<Move> all = new LinkedHashSet<>();
		places.forEach((place) -> all.add(new Move(place.source, place.move)));
		return this.scripts.call((session) -> {
			Map<Move, Future<Double>> scores = new LinkedHashMap<>();
			all.forEach((move) -> {
				byte[] key = key(move.source, ":moves");
				scores.put(move, session.send((commands) -> commands.zscore(key, Keys.bytes(move.number))));
			});
			Set<Move> open = new LinkedHashSet<>();
			scores.forEach((move, score) -> {
				if (session.await(score) != null) {
					open.add(move);
				}
			});
			return open;
		});
	}

	/**
	 * Complete a move, if it is not over.
	 * @param source the number of the queue that the jobs come from
	 * @param move the number of the move there
	 */
	void complete(int source, String move) {
		byte[] key = key(source, ":move:" + move);
		Map<byte[], byte[]> fields = this.scripts
			.call((session) -> session.await(session.send((commands) -> commands.hgetall(key))));
		byte[] target = null;
		Map<JobId, byte[]> jobs = new TreeMap<>();
		for (Map.Entry<byte[], byte[]> field : ((fields != null) ? fields : Map.<byte[], byte[]>of()).entrySet()) {
			if (Keys.text(field.getKey()).equals(TARGET)) {
				target = field.getValue();
			}
			else {
				jobs.put(JobNumbers.parse(field.getKey(), source), field.getValue());
			}
		}
		if (target != null) {
			deliver(source, move, (int) Digits.parse(target), jobs);
		}
	}

	private void deliver(int source, String move, int target, Map<JobId, byte[]> jobs) {
		Map<Integer, Arguments> homes = new LinkedHashMap<>();
		Arguments arrival = new Arguments().add(target).add(source).add(move);
		jobs.forEach((id, content) -> {
			int home = JobNumbers.queue(id);
			// The name of a job that is of no queue.
			arrival.add(JobNumbers.name(id, -1)).add(content);
			if (home != source && home != target) {
				homes.computeIfAbsent(home, (queue) -> new Arguments().add(target).add(source).add(move))
					.add(JobNumbers.name(id, home));
			}
		});
		// The home first: once the job has arrived it may be moved on.
		homes.forEach((home, arguments) -> run(Script.MOVE_NOTE, home, arguments));
		run(Script.MOVE_IN, target, arrival);
		run(Script.MOVE_OVER, source, new Arguments().add(source).add(move));
		String queue = this.registry.name(target);
		if (queue != null) {
			this.signals.available(List.of(queue));
		}
	}

	private void run(Script script, int queue, Arguments arguments) {
		String key = Keys.text(key(queue, ""));
		this.scripts.run(script, key, arguments);
	}

	/**
	 * Complete a move that somebody else has begun, unless that is not possible now.
	 */
	void completeLate(int source, String move) {
		try {
			complete(source, move);
		}
		catch (JobStoreException ex) {
			logger
				.warn("Jobs that are moved to another queue cannot get there at the moment; it is tried until it works"
						+ " (move: " + move + ", queue: " + this.registry.name(source) + ")", ex);
		}
	}

	/**
	 * Forget jobs that were moved away and are not where they were moved to any more.
	 * @param home the queue that their ids say
	 * @param reply what it knows of them: their names and where they are
	 */
	void forgetGone(int home, Reply reply) {
		Map<JobId, String> entries = new LinkedHashMap<>();
		while (reply.hasNext()) {
			entries.put(reply.job(home), reply.text());
		}
		Map<JobId, Place> places = new LinkedHashMap<>();
		entries.forEach((id, entry) -> places.put(id, entry.isEmpty() ? Place.home(id) : Place.parse(entry)));
		if (places.isEmpty()) {
			return;
		}
		// Those that have not arrived are on their way, and those that have left go on.
		Set<Move> open = open(places.values().stream().filter((place) -> !place.move.isEmpty()).toList());
		places.values().removeIf((place) -> open.contains(new Move(place.source, place.move)));
		Set<JobId> present = present(places);
		Arguments gone = new Arguments();
		places.keySet().forEach((id) -> {
			if (!present.contains(id)) {
				gone.add(JobNumbers.name(id, home)).add(entries.getOrDefault(id, ""));
			}
		});
		if (!gone.isEmpty()) {
			run(Script.MOVE_FORGET, home, gone);
		}
	}

	// In this order: a job that leaves meanwhile is on its way, or its home knows better.
	private Set<JobId> present(Map<JobId, Place> places) {
		Set<JobId> present = new HashSet<>();
		for (String name : List.of(":jobs", ":moving")) {
			this.scripts.call((session) -> {
				Map<JobId, Future<Boolean>> reads = new LinkedHashMap<>();
				places.forEach((id, place) -> {
					byte[] key = key(place.queue, name);
					byte[] field = Keys.bytes(JobNumbers.name(id, place.queue));
					reads.put(id, session.send((commands) -> commands.hexists(key, field)));
				});
				reads.forEach((id, read) -> {
					if (Boolean.TRUE.equals(session.await(read))) {
						present.add(id);
					}
				});
				return present;
			});
		}
		return present;
	}

	/**
	 * What is done with jobs of a queue.
	 */
	@FunctionalInterface
	interface Action {

		/**
		 * Do it.
		 * @param queue the queue
		 * @param number its number
		 * @param jobs the jobs
		 * @return those of them that are not there, but may be in another queue
		 */
		Collection<JobId> perform(String queue, int number, List<JobId> jobs);

	}

	/**
	 * A move.
	 *
	 * @param source the number of the queue that jobs leave
	 * @param number the number of the move there
	 */
	private record Move(int source, String number) {
	}

	/**
	 * Where a job is.
	 *
	 * @param queue the number of the queue
	 * @param source the number of the queue that it comes from
	 * @param move the number of the move there, empty if the job is at home
	 */
	private record Place(int queue, int source, String move) {

		static Place home(JobId id) {
			return new Place(JobNumbers.queue(id), JobNumbers.queue(id), "");
		}

		static Place parse(String entry) {
			String[] parts = entry.split(":");
			return new Place(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), parts[2]);
		}

	}

}
