package io.jobqueue.store.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.jobqueue.JobId;
import io.jobqueue.JobNames;
import io.jobqueue.JobStoreException;

/**
 * What people, and workflows, do with jobs wherever these are.
 */
final class JobActions {

	private static final Log logger = LogFactory.getLog(JobActions.class);

	private static final int ACTED_ON_AT_ONCE = 1000;

	/** Some kilobytes each at most, or else fewer go together. */
	private static final int MOVED_AT_ONCE = 500;

	private final ScriptRunner scripts;

	private final Registry registry;

	private final RedisOptions options;

	private final Signals signals;

	private final MovedJobs moved;

	JobActions(ScriptRunner scripts, Registry registry, RedisOptions options, Signals signals) {
		this.scripts = scripts;
		this.registry = registry;
		this.options = options;
		this.signals = signals;
		this.moved = new MovedJobs(scripts, registry, options, signals);
	}

	/**
	 * Return what knows where jobs are.
	 */
	MovedJobs moved() {
		return this.moved;
	}

	/**
	 * Cancel jobs.
	 * @return how many were changed
	 */
	int cancel(Collection<JobId> ids) {
		return act('C', ids, this.options.retention().cancelled().isZero() ? "0" : "1");
	}

	/**
	 * Do something with jobs, see {@code act.lua}.
	 * @return how many were changed
	 */
	int act(char action, Collection<JobId> ids, String argument) {
		AtomicInteger changed = new AtomicInteger();
		this.moved.perform(ids, (queue, number, jobs) -> {
			List<JobId> elsewhere = new ArrayList<>();
			for (int from = 0; from < jobs.size(); from += ACTED_ON_AT_ONCE) {
				List<JobId> some = jobs.subList(from, Math.min(from + ACTED_ON_AT_ONCE, jobs.size()));
				Arguments arguments = new Arguments().add(String.valueOf(action))
					.add(argument)
					.addAll(MovedJobs.names(some, number).values());
				Reply reply = this.scripts.run(Script.ACT, this.options.queueKey(queue), arguments);
				changed.addAndGet(tell(action, queue, reply));
				elsewhere.addAll(MovedJobs.rest(reply, number));
			}
			return elsewhere;
		});
		return changed.get();
	}

	private int tell(char action, String queue, Reply reply) {
		int changed = reply.count();
		if (reply.count() > 0) {
			this.signals.available(List.of(queue));
		}
		if (reply.count() > 0) {
			this.signals.cancellationRequested();
		}
		if (reply.count() > 0) {
			this.signals.workflowChanged();
		}
		if (changed > 0 && (action == 'C' || action == 'D')) {
			this.signals.someEnded();
		}
		return changed;
	}

	/**
	 * Let jobs wait in another queue.
	 * @return how many were moved
	 */
	int move(Collection<JobId> ids, String target) {
		JobNames.requireValid("queue name", target);
		if (ids.isEmpty()) {
			return 0;
		}
		int to = this.registry.number(target);
		AtomicInteger count = new AtomicInteger();
		Set<JobId> asked = new HashSet<>();
		this.moved.perform(ids, (queue, from, jobs) -> {
			if (from == to) {
				// Those that are there have nowhere to go, but not all that are of this
				// queue have to be there.
				return jobs.stream().filter((id) -> JobNumbers.queue(id) == to && asked.add(id)).toList();
			}
			List<JobId> elsewhere = new ArrayList<>();
			for (int first = 0; first < jobs.size(); first += MOVED_AT_ONCE) {
				List<JobId> some = jobs.subList(first, Math.min(first + MOVED_AT_ONCE, jobs.size()));
				count.addAndGet(move(queue, from, target, some, elsewhere));
			}
			return elsewhere;
		});
		return count.get();
	}

	private int move(String queue, int from, String target, List<JobId> jobs, List<JobId> elsewhere) {
		int moved = 0;
		boolean mayBeTasks = false;
		List<JobId> left = jobs;
		while (!left.isEmpty()) {
			Arguments arguments = new Arguments().add(from)
				.add(this.registry.number(target))
				.add(mayBeTasks)
				.addAll(MovedJobs.names(left, from).values());
			Reply reply = this.scripts.run(Script.MOVE_OUT, this.options.queueKey(queue), arguments);
			String move = Long.toString(reply.number());
			int some = reply.count();
			moved += some;
			if (some > 0) {
				complete(from, move);
				// Limits let others through.
				this.signals.available(List.of(queue));
			}
			left = new ArrayList<>();
			for (int tasks = reply.count(); tasks > 0; tasks--) {
				left.add(reply.job(from));
			}
			if (!left.isEmpty()) {
				// Before it has the first one.
				this.registry.useForWorkflows(target);
				mayBeTasks = true;
			}
			for (int others = reply.count(); others > 0; others--) {
				left.add(reply.job(from));
			}
			elsewhere.addAll(MovedJobs.rest(reply, from));
		}
		return moved;
	}

	private void complete(int from, String move) {
		try {
			this.moved.complete(from, move);
		}
		catch (JobStoreException ex) {
			logger.warn("Jobs that were moved will arrive in their queue a little later: " + ex.getMessage());
		}
	}

	/**
	 * Cancel the jobs that a workflow wanted to be cancelled in a queue and that were
	 * moved to others.
	 * @param queue the number of the queue
	 */
	void runErrands(int queue) {
		String name = this.registry.name(queue);
		try {
			if (name != null) {
				runErrands(queue, name);
			}
		}
		catch (JobStoreException ex) {
			logger.warn(
					"Jobs that were moved will be cancelled a little later (queue: " + name + "): " + ex.getMessage());
		}
	}

	private void runErrands(int queue, String name) {
		byte[] key = Keys.bytes(this.options.queueKey(name) + ":errands");
		Set<byte[]> found = this.scripts
			.call((session) -> session.await(session.send((commands) -> commands.smembers(key))));
		if (found == null || found.isEmpty()) {
			return;
		}
		cancel(found.stream().map((job) -> JobNumbers.parse(job, queue)).toList());
		byte[][] members = found.toArray(byte[][]::new);
		this.scripts.call((session) -> session.await(session.send((commands) -> commands.srem(key, members))));
	}

}
