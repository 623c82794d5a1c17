package io.jobqueue.store.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import io.jobqueue.EnqueueResult;
import io.jobqueue.JobId;
import io.jobqueue.JobStoreException;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.internal.Arrival;

/**
 * Accepts jobs, with one script for each queue. The numbers of a batch over several
 * queues are taken from a range that is still free in all of them, so that its ids are in
 * the order of the jobs.
 * <p>
 * Jobs of one queue are accepted all or none. Should a server fail between the queues of
 * one batch, those that come first have got their jobs.
 */
final class EnqueueCall {

	private static final long MILLIS_PER_SECOND = 1000;

	private static final int MICROS_PER_MILLI = 1000;

	private static final long EPOCH = 1_704_067_200_000L;

	private final ScriptRunner scripts;

	private final Registry registry;

	private final RedisOptions options;

	EnqueueCall(ScriptRunner scripts, Registry registry, RedisOptions options) {
		this.scripts = scripts;
		this.registry = registry;
		this.options = options;
	}

	/**
	 * Write the jobs of a batch. Nothing is sent, so that a bad one leaves no trace of
	 * the others.
	 */
	Batch prepare(List<NewJob> jobs) {
		Map<String, NewJobs> byQueue = new LinkedHashMap<>();
		for (int i = 0; i < jobs.size(); i++) {
			NewJob job = jobs.get(i);
			byQueue.computeIfAbsent(job.queue(), (queue) -> new NewJobs()).add(job, i);
		}
		jobs.stream()
			.filter((job) -> job.headers().containsKey(TaskRef.HEADER))
			.forEach((job) -> this.registry.useForWorkflows(job.queue()));
		boolean isUnique = jobs.stream().anyMatch((job) -> job.unique() != null);
		return new Batch(byQueue, jobs, isUnique);
	}

	/**
	 * Accept jobs.
	 * @return their ids
	 */
	List<JobId> execute(Batch batch) {
		return number(batch, Script.ENQUEUE, null);
	}

	/**
	 * Accept jobs of which some are unique.
	 * @return what became of them
	 */
	List<EnqueueResult> executeUnique(Batch batch) {
		EnqueueResult[] results = new EnqueueResult[batch.size];
		long floor = (batch.byQueue.size() > 1) ? free(batch) : 0;
		batch.byQueue.forEach((queue, jobs) -> {
			int number = this.registry.number(queue);
			jobs.read(run(batch, queue, jobs, floor), number, results);
		});
		return Arrays.asList(results);
	}

	/**
	 * Give ids to jobs that are to be accepted later.
	 */
	Reserved reserve(Batch batch) {
		Map<String, Long> bases = new HashMap<>();
		return new Reserved(batch, bases, number(batch, Script.RESERVE, bases));
	}

	/**
	 * Accept jobs that have ids. All are sent before the first answer is awaited: the
	 * longer it takes, the more is lost if this process dies.
	 * @return those that were not accepted, with the reason
	 */
	Map<Reserved, RuntimeException> execute(List<Reserved> all) {
		return this.scripts.call((session) -> {
			Map<Reserved, List<ScriptRunner.Call>> calls = new IdentityHashMap<>();
			for (Reserved reserved : all) {
				Batch batch = reserved.batch;
				List<ScriptRunner.Call> started = new ArrayList<>();
				calls.put(reserved, started);
				batch.byQueue
					.forEach((queue, jobs) -> started.add(session.start(batch.script(), this.options.queueKey(queue),
							arguments(jobs, batch, 'X', reserved.bases.getOrDefault(queue, 0L)))));
			}
			Map<Reserved, RuntimeException> failures = new IdentityHashMap<>();
			calls.forEach((reserved, started) -> {
				for (ScriptRunner.Call call : started) {
					try {
						reserved.check(call.await());
					}
					catch (RuntimeException ex) {
						failures.put(reserved, ex);
					}
				}
			});
			return failures;
		});
	}

	private List<JobId> number(Batch batch, Script script, @Nullable Map<String, Long> bases) {
		JobId[] ids = new JobId[batch.size];
		Map<String, Integer> numbers = new HashMap<>();
		batch.byQueue.keySet().forEach((queue) -> numbers.put(queue, this.registry.number(queue)));
		long floor = (batch.byQueue.size() > 1) ? free(batch) : 0;
		batch.byQueue.forEach((queue, jobs) -> {
			long base = (script == Script.ENQUEUE) ? run(batch, queue, jobs, floor).number()
					: this.scripts
						.run(Script.RESERVE, this.options.queueKey(queue), new Arguments().add(floor).add(batch.size))
						.number();
			if (bases != null) {
				bases.put(queue, base);
			}
			int number = numbers.getOrDefault(queue, 0);
			jobs.places().forEach((place) -> ids[place] = JobNumbers.id(base + place, number));
		});
		return Arrays.asList(ids);
	}

	private Reply run(Batch batch, String queue, NewJobs jobs, long floor) {
		return this.scripts.run(batch.script(), this.options.queueKey(queue),
				arguments(jobs, batch, (floor > 0) ? 'F' : 'N', floor));
	}

	private static Arguments arguments(NewJobs jobs, Batch batch, char mode, long base) {
		Arguments arguments = new Arguments().add(String.valueOf(mode))
			.add(base)
			.add(jobs.writtenPlaces(batch.size))
			.add(batch.size);
		if (batch.isUnique) {
			jobs.addUniqueTo(arguments);
		}
		else {
			jobs.addTo(arguments);
		}
		return arguments;
	}

	// A number that is free in all queues of a batch, unless somebody is faster.
	private long free(Batch batch) {
		return this.scripts.call((session) -> {
			List<Future<byte[]>> last = new ArrayList<>();
			batch.byQueue.keySet()
				.forEach((queue) -> last.add(session
					.send((commands) -> commands.get(Keys.bytes(this.options.queueKey(queue) + ":number")))));
			List<byte[]> time = session.await(session.send((commands) -> commands.time()));
			long free = (time != null) ? Digits.parse(time.get(0)) * MILLIS_PER_SECOND
					+ Digits.parse(time.get(1)) / MICROS_PER_MILLI - EPOCH : 0;
			for (Future<byte[]> future : last) {
				byte[] number = session.await(future);
				free = Math.max(free, (number != null) ? Digits.parse(number) + 1 : 0);
			}
			return free;
		});
	}

	/**
	 * Jobs that have their ids, and are not accepted yet.
	 */
	static final class Reserved {

		private final Batch batch;

		private final Map<String, Long> bases;

		private final List<JobId> ids;

		private Reserved(Batch batch, Map<String, Long> bases, List<JobId> ids) {
			this.batch = batch;
			this.bases = bases;
			this.ids = ids;
		}

		Map<String, Integer> arrivals() {
			return this.batch.arrivals();
		}

		List<JobId> ids() {
			return this.ids;
		}

		/**
		 * Return what there is to say of the jobs before they are accepted.
		 */
		List<EnqueueResult> results() {
			EnqueueResult[] results = new EnqueueResult[this.batch.size];
			this.batch.byQueue.values().forEach((jobs) -> jobs.pending(this.ids, results));
			return Arrays.asList(results);
		}

		private void check(Reply reply) {
			if (reply.number() < 0) {
				throw new JobStoreException("Another job holds the unique key of one of them", null);
			}
		}

	}

	/**
	 * Jobs ready to be sent.
	 */
	static final class Batch {

		private final Map<String, NewJobs> byQueue;

		private final int size;

		private final boolean isUnique;

		private final Map<String, Integer> arrivals;

		private Batch(Map<String, NewJobs> byQueue, List<NewJob> jobs, boolean isUnique) {
			this.byQueue = byQueue;
			this.size = jobs.size();
			this.isUnique = isUnique;
			this.arrivals = Arrival.of(jobs);
		}

		private Script script() {
			return this.isUnique ? Script.ENQUEUE_UNIQUE : Script.ENQUEUE;
		}

		/**
		 * Return the highest priority of each queue.
		 */
		Map<String, Integer> arrivals() {
			return this.arrivals;
		}

	}

}
