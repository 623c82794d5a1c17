package io.jobqueue.store.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.springframework.util.Assert;

import io.jobqueue.store.NewJob;

/**
 * The jobs of one queue in a batch, and their places in it.
 */
final class NewJobs {

	private static final int PLACE = 4;

	private final List<byte[]> bodies = new ArrayList<>();

	private final List<String> dueTimes = new ArrayList<>();

	private final List<Integer> priorities = new ArrayList<>();

	private final List<Integer> places = new ArrayList<>();

	void add(NewJob job, int place) {
		this.bodies.add(JobBody.write(job));
		this.dueTimes.add(((job.limits() != null) ? "L" : "") + dueTime(job));
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
