package io.jobqueue.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobStoreException;
import io.jobqueue.store.JobEndings;

/**
 * The look at jobs that somebody waits for: one script for each queue finds those that
 * are not live, another reads how they ended.
 */
final class LookCall {

	private final ScriptRunner scripts;

	private final Registry registry;

	private final RedisOptions options;

	private final MovedJobs moved;

	LookCall(ScriptRunner scripts, Registry registry, RedisOptions options, MovedJobs moved) {
		this.scripts = scripts;
		this.registry = registry;
		this.options = options;
		this.moved = moved;
	}

	JobEndings.Ended execute(Collection<JobId> jobs, Collection<JobId> fresh, Duration interest) {
		Looked looked = new Looked(Set.copyOf(fresh), interest.toMillis(), new ArrayList<>(), new HashSet<>(jobs));
		Map<Integer, List<JobId>> byQueue = new LinkedHashMap<>();
		for (JobId job : jobs) {
			byQueue.computeIfAbsent(JobNumbers.queue(job), (queue) -> new ArrayList<>()).add(job);
		}
		byQueue.keySet().removeIf((queue) -> this.registry.name(queue) == null);
		Map<Integer, Reply> replies = this.scripts.call((session) -> {
			Map<Integer, ScriptRunner.Call> calls = new LinkedHashMap<>();
			byQueue.forEach((number, there) -> calls.put(number,
					session.start(Script.AWAIT, key(number), looked.arguments(there, number))));
			Map<Integer, Reply> found = new LinkedHashMap<>();
			calls.forEach((number, call) -> found.put(number, call.await()));
			return found;
		});
		List<JobId> elsewhere = new ArrayList<>();
		replies.forEach((number, gone) -> elsewhere
			.addAll(read(looked, number, byQueue.getOrDefault(number, List.of()), gone)));
		if (!elsewhere.isEmpty()) {
			this.moved.performAgain(elsewhere, (queue, number, there) -> read(looked, number, there,
					this.scripts.run(Script.AWAIT, key(number), looked.arguments(there, number))));
		}
		return new JobEndings.Ended(looked.ended, looked.unknown);
	}

	private String key(int queue) {
		String name = this.registry.name(queue);
		if (name == null) {
			throw new JobStoreException("There is no queue with the number " + queue, null);
		}
		return this.options.queueKey(name);
	}

	/**
	 * Read which jobs are not live, and how they ended.
	 * @return those that may be in another queue
	 */
	private List<JobId> read(Looked looked, int number, List<JobId> jobs, Reply reply) {
		Set<JobId> gone = new LinkedHashSet<>(MovedJobs.rest(reply, number));
		jobs.stream().filter((job) -> !gone.contains(job)).forEach(looked.unknown::remove);
		List<JobId> elsewhere = new ArrayList<>();
		String queue = this.registry.name(number);
		if (gone.isEmpty() || queue == null) {
			return elsewhere;
		}
		Reply found = this.scripts.run(Script.LOOK, key(number), MovedJobs.names(gone, number));
		for (JobRecord job : JobRecords.read(found, queue, number, elsewhere)) {
			looked.unknown.remove(job.id());
			// One that was retried by hand in the meantime is live again.
			if (job.state().isFinished()) {
				looked.ended.add(job);
			}
		}
		return elsewhere;
	}

	/**
	 * What was seen so far.
	 *
	 * @param fresh the jobs that nobody has waited for before
	 * @param interest for how long that is to be remembered, in milliseconds
	 * @param ended those that have ended
	 * @param unknown those that were not seen
	 */
	private record Looked(Set<JobId> fresh, long interest, List<JobRecord> ended, Set<JobId> unknown) {

		Arguments arguments(List<JobId> jobs, int queue) {
			List<JobId> noted = jobs.stream().filter(this.fresh::contains).toList();
			List<JobId> others = jobs.stream().filter((job) -> !this.fresh.contains(job)).toList();
			return new Arguments().add(this.interest)
				.add(noted.size())
				.addAll(MovedJobs.names(noted, queue).values())
				.addAll(MovedJobs.names(others, queue).values());
		}

	}

}
