package io.jobqueue.test.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How many brief jobs workers have run together, as they have written it down.
 */
final class Rates {

	private static final long STEP = 500;

	private static final long TICK = 100;

	private static final int BEFORE = 4;

	private static final int AFTER = 14;

	private final List<NavigableMap<Long, Long>> totals = new ArrayList<>();

	Rates(List<Path> logs) throws IOException {
		for (Path log : logs) {
			this.totals.add(read(log));
		}
	}

	/**
	 * Return the jobs per half second around a time.
	 */
	List<Long> around(Instant time) {
		List<Long> rates = new ArrayList<>();
		for (int i = -BEFORE; i < AFTER; i++) {
			long from = time.toEpochMilli() + i * STEP;
			rates.add(total(from + STEP) - total(from));
		}
		return rates;
	}

	/**
	 * Return the longest time without any job that began in a time.
	 */
	Duration longestPause(Instant from, Instant to) {
		long longest = 0;
		long last = from.toEpochMilli();
		for (long time = last + TICK; time <= to.toEpochMilli(); time += TICK) {
			longest = Math.max(longest, time - last);
			if (total(time) > total(last)) {
				last = time;
			}
		}
		return Duration.ofMillis(longest);
	}

	private long total(long millis) {
		return this.totals.stream().mapToLong((total) -> at(total, millis)).sum();
	}

	private static NavigableMap<Long, Long> read(Path log) throws IOException {
		NavigableMap<Long, Long> totals = new TreeMap<>();
		for (String line : Files.readAllLines(log)) {
			if (line.startsWith(WorkerMain.RATE)) {
				String[] words = line.split(" ");
				totals.put(Long.valueOf(words[1]), Long.valueOf(words[2]));
			}
		}
		return totals;
	}

	private static long at(NavigableMap<Long, Long> totals, long millis) {
		Map.Entry<Long, Long> entry = totals.floorEntry(millis);
		return (entry != null) ? entry.getValue() : 0;
	}

}
