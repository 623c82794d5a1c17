package io.jobqueue.client;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Finds names that somebody may have meant, by the number of letters to change
 * (Levenshtein distance).
 */
final class NearMatches {

	private static final int LIMIT = 3;

	private NearMatches() {
	}

	static List<String> of(String wanted, Collection<String> names) {
		return names.stream()
			.map((name) -> new Match(name, distance(wanted.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT))))
			.filter((match) -> match.distance() <= Math.max(wanted.length(), match.name().length()) / 2)
			.sorted(Comparator.comparingInt(Match::distance).thenComparing(Match::name))
			.limit(LIMIT)
			.map(Match::name)
			.toList();
	}

	static int distance(String from, String to) {
		int[] previous = new int[to.length() + 1];
		for (int j = 0; j <= to.length(); j++) {
			previous[j] = j;
		}
		for (int i = 1; i <= from.length(); i++) {
			int[] current = new int[to.length() + 1];
			current[0] = i;
			for (int j = 1; j <= to.length(); j++) {
				int replace = previous[j - 1] + ((from.charAt(i - 1) != to.charAt(j - 1)) ? 1 : 0);
				current[j] = Math.min(replace, Math.min(previous[j], current[j - 1]) + 1);
			}
			previous = current;
		}
		return previous[to.length()];
	}

	private record Match(String name, int distance) {
	}

}
