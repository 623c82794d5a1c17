package io.jobqueue.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.store.JobEndings;

/**
 * The look at jobs that somebody waits for: one script for each queue finds those that
 * are not live, another reads how they ended.
 */
final class LookCall {

	private final ScriptRunner scripts;

	private final Registry registry;

	private final RedisOptions options;

	LookCall(ScriptRunner scripts, Registry registry, RedisOptions options) {
		this.scripts = scripts;
		this.registry = registry;
		this.options = options;
	}

	JobEndings.Ended execute(Collection<JobId> jobs, Collection<JobId> fresh, Duration interest) {
		Map<String, List<JobId>> noted = new LinkedHashMap<>();
		Map<String, List<JobId>> others = new LinkedHashMap<>();
		Set<JobId> isFresh = Set.copyOf(fresh);
		Set<JobId> unknown = new HashSet<>();
		for (JobId job : jobs) {
			String queue = this.registry.name(JobNumbers.queue(job));
			if (queue == null) {
				unknown.add(job);
			}
			else {
				noted.computeIfAbsent(queue, (key) -> new ArrayList<>());
				(isFresh.contains(job) ? noted : others).computeIfAbsent(queue, (key) -> new ArrayList<>()).add(job);
			}
		}
		Map<String, Reply> replies = this.scripts.call((session) -> {
			Map<String, ScriptRunner.Call> calls = new LinkedHashMap<>();
			noted.forEach((queue, ids) -> {
				Arguments arguments = new Arguments().add(interest.toMillis()).add(ids.size());
				ids.forEach((id) -> arguments.add(JobNumbers.number(id)));
				others.getOrDefault(queue, List.of()).forEach((id) -> arguments.add(JobNumbers.number(id)));
				calls.put(queue, session.start(Script.AWAIT, this.options.queueKey(queue), arguments));
			});
			Map<String, Reply> found = new LinkedHashMap<>();
			calls.forEach((queue, call) -> found.put(queue, call.await()));
			return found;
		});
		List<JobRecord> ended = new ArrayList<>();
		replies.forEach((queue, gone) -> read(queue, gone, ended, unknown));
		return new JobEndings.Ended(ended, unknown);
	}

	private void read(String queue, Reply reply, List<JobRecord> ended, Set<JobId> unknown) {
		if (!reply.hasNext()) {
			return;
		}
		int number = this.registry.number(queue);
		Arguments arguments = new Arguments();
		Set<JobId> gone = new HashSet<>();
		while (reply.hasNext()) {
			long job = reply.number();
			arguments.add(job);
			gone.add(JobNumbers.id(job, number));
		}
		List<JobRecord> found = JobRecords.read(this.scripts.run(Script.LOOK, this.options.queueKey(queue), arguments),
				queue, number);
		// One that was retried by hand in the meantime is live again.
		found.stream().filter((job) -> job.state().isFinished()).forEach(ended::add);
		gone.removeAll(found.stream().map(JobRecord::id).collect(Collectors.toSet()));
		unknown.addAll(gone);
	}

}
