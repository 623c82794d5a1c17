package io.jobqueue.recurring;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Firing times that are equally far from each other, whatever clocks on walls do.
 */
final class IntervalSchedule implements Schedule {

	private final Duration interval;

	IntervalSchedule(Duration interval) {
		this.interval = interval;
	}

	@Override
	public Instant first(Instant start) {
		// No store keeps more than that.
		return Instant.ofEpochMilli(start.toEpochMilli()).plus(this.interval);
	}

	@Override
	public Instant next(Instant known, Instant after) {
		return known.isAfter(after) ? known : nth(known, count(known, after) + 1);
	}

	@Override
	public List<Instant> last(Instant known, Instant until, int limit) {
		long last = count(known, until);
		return LongStream.rangeClosed(Math.max(0, last - limit + 1), last).mapToObj((n) -> nth(known, n)).toList();
	}

	private long count(Instant known, Instant until) {
		return Duration.between(known, until).dividedBy(this.interval);
	}

	private Instant nth(Instant known, long n) {
		return known.plus(this.interval.multipliedBy(n));
	}

}
