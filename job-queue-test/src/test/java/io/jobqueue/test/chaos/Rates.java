package io.jobqueue.test.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How many no-ops workers have run per half second, as they have written it down.
 */
final class Rates {

	private static final long STEP = 500;

	private static final int BEFORE = 3;

	private static final int AFTER = 12;

	private Rates() {
	}

	static List<Long> of(List<Path> logs, Instant around) throws IOException {
		List<NavigableMap<Long, Long>> totals = new ArrayList<>();
		for (Path log : logs) {
			totals.add(read(log));
		}
		List<Long> rates = new ArrayList<>();
		for (int i = -BEFORE; i < AFTER; i++) {
			long from = around.toEpochMilli() + i * STEP;
			rates.add(totals.stream().mapToLong((total) -> at(total, from + STEP) - at(total, from)).sum());
		}
		return rates;
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
