package io.jobqueue.store.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.springframework.util.Assert;

import io.jobqueue.DuplicateJobException;
import io.jobqueue.EnqueueResult;
import io.jobqueue.JobDeadline;
import io.jobqueue.JobId;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.TaskRef;
import io.jobqueue.store.UniqueKey;

/**
 * The jobs of one queue in a batch, and their places in it.
 */
final class NewJobs {

	private static final int PLACE = 4;

	private final List<NewJob> jobs = new ArrayList<>();

	private final List<byte[]> bodies = new ArrayList<>();

	private final List<String> dueTimes = new ArrayList<>();

	private final List<Integer> priorities = new ArrayList<>();

	private final List<Integer> places = new ArrayList<>();

	void add(NewJob job, int place) {
		this.jobs.add(job);
		this.bodies.add(JobBody.write(job));
		this.dueTimes.add((job.headers().containsKey(TaskRef.HEADER) ? "W" : "") + ((job.limits() != null) ? "L" : "")
				+ dueTime(job) + deadline(job));
		this.priorities.add(job.priority());
		this.places.add(place);
	}

	private static String dueTime(NewJob job) {
		Instant runAt = job.runAt();
		Duration delay = job.delay();
		Assert.isTrue(runAt == null || delay == null, "A job has either a delay or an instant, not both");
		if (delay != null) {
			return "D" + millis(delay);
		}
		return (runAt != null) ? "T" + runAt.toEpochMilli() : "";
	}

	private static String deadline(NewJob job) {
		JobDeadline deadline = job.deadline();
		if (deadline == null) {
			return "";
		}
		Duration afterDue = deadline.afterDue();
		Instant at = deadline.at();
		// No deadline is 0.
		return (afterDue != null) ? "/D" + afterDue.toMillis()
				: "/T" + Math.max((at != null) ? at.toEpochMilli() : 0, 1);
	}

	// Not before its time.
	static long millis(Duration delay) {
		return delay.toMillis() + ((delay.toNanosPart() % 1_000_000 > 0) ? 1 : 0);
	}

	List<Integer> places() {
		return this.places;
	}

	/**
	 * Add the jobs to the arguments of a script, in runs of the same priority and due
	 * time.
	 */
	void addTo(Arguments arguments) {
		int start = 0;
		for (int i = 1; i <= this.bodies.size(); i++) {
			if (i == this.bodies.size() || !isSameRun(start, i)) {
				arguments.add(i - start).add(this.dueTimes.get(start));
				this.bodies.subList(start, i).forEach(arguments::add);
				start = i;
			}
		}
	}

	/**
	 * Add the jobs to the arguments of the script for unique ones.
	 */
	void addUniqueTo(Arguments arguments) {
		for (int i = 0; i < this.jobs.size(); i++) {
			// The script sees from the body whether there are limits.
			arguments.add(dueTime(this.jobs.get(i)) + deadline(this.jobs.get(i))).add(this.bodies.get(i));
			UniqueKey key = this.jobs.get(i).unique();
			if (key == null) {
				arguments.add("").add("").add("");
			}
			else {
				arguments.add(this.jobs.get(i).handler() + " " + key.value())
					.add(scope(key))
					.add(key.onDuplicate().name().substring(0, 1));
			}
		}
	}

	private static String scope(UniqueKey key) {
		return switch (key.scope()) {
			case WHILE_WAITING -> "W";
			case UNTIL_FINISHED -> "U";
			case FOR_DURATION -> "D" + ((key.duration() != null) ? millis(key.duration()) : 0);
		};
	}

	/**
	 * Read what became of the jobs.
	 * @param reply the reply of the script
	 * @param queue the number of their queue
	 * @param results where to put it
	 * @throws DuplicateJobException if nothing was accepted because of one of them
	 */
	void read(Reply reply, int queue, EnqueueResult[] results) {
		if (reply.number() < 0) {
			NewJob job = this.jobs.get(reply.count());
			throw new DuplicateJobException(JobNumbers.id(reply.number(), queue), job.handler(), job.queue());
		}
		for (int place : this.places) {
			EnqueueResult.Kind kind = kind(reply.text());
			results[place] = new EnqueueResult(JobNumbers.id(reply.number(), queue), kind);
		}
	}

	/**
	 * Say what there is to say of jobs that are accepted later.
	 * @param ids the ids of all jobs of the batch
	 * @param results where to put it
	 */
	void pending(List<JobId> ids, EnqueueResult[] results) {
		for (int i = 0; i < this.jobs.size(); i++) {
			int place = this.places.get(i);
			results[place] = new EnqueueResult(ids.get(place),
					(this.jobs.get(i).unique() != null) ? EnqueueResult.Kind.PENDING : EnqueueResult.Kind.ENQUEUED);
		}
	}

	private static EnqueueResult.Kind kind(String letter) {
		return switch (letter) {
			case "E" -> EnqueueResult.Kind.ENQUEUED;
			case "R" -> EnqueueResult.Kind.REPLACED;
			case "P" -> EnqueueResult.Kind.POSTPONED;
			default -> EnqueueResult.Kind.SKIPPED;
		};
	}

	private boolean isSameRun(int first, int other) {
		return this.priorities.get(first).equals(this.priorities.get(other))
				&& this.dueTimes.get(first).equals(this.dueTimes.get(other));
	}

	/**
	 * Return the places as a script reads them, nothing if they simply follow each other.
	 */
	byte[] writtenPlaces(int total) {
		if (total == this.places.size()) {
			return new byte[0];
		}
		Writer writer = new Writer();
		this.places.forEach((place) -> writer.number(place, PLACE));
		return writer.toBytes();
	}

}
