package io.jobqueue.recurring;

import java.time.Instant;
import java.util.List;

/**
 * A time without any node.
 *
 * @param from when the last one stopped
 * @param to when the first one started
 */
record Downtime(Instant from, Instant to) {

	Downtime(String from, String to) {
		this(Instant.parse(from), Instant.parse(to));
	}

	/**
	 * Return when somebody is there: at an instant, or at the end of the downtime that it
	 * is in.
	 */
	static Instant endOf(Instant instant, List<Downtime> all) {
		return all.stream()
			.filter((down) -> !instant.isBefore(down.from()) && instant.isBefore(down.to()))
			.map(Downtime::to)
			.findAny()
			.orElse(instant);
	}

}
