package io.jobqueue.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A page whose tables are results. What is between
 * {@code <!-- results SCENARIO STORE -->} and {@code <!-- end -->} is replaced.
 */
public final class Page {

	private static final String BEGIN = "<!-- results ";

	private static final String END = "<!-- end -->";

	private final Path file;

	/**
	 * Create a view of a page.
	 * @param file the page, in Markdown
	 */
	public Page(Path file) {
		this.file = file;
	}

	/**
	 * Replace the tables for which there are results.
	 * @param results the results; of several with the same variant the last one counts
	 */
	public void update(List<Result> results) {
		try {
			List<String> lines = new ArrayList<>();
			boolean isReplaced = false;
			for (String line : Files.readAllLines(this.file)) {
				if (line.equals(END)) {
					isReplaced = false;
				}
				if (!isReplaced) {
					lines.add(line);
				}
				if (line.startsWith(BEGIN)) {
					String[] words = line.substring(BEGIN.length()).split(" ");
					List<Result> chosen = latest(results, words[0], words[1]);
					if (!chosen.isEmpty()) {
						lines.add(new ResultTable(chosen).markdown() + "\n" + origin(chosen));
						isReplaced = true;
					}
				}
			}
			Files.writeString(this.file, String.join("\n", lines) + "\n");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<Result> latest(List<Result> results, String scenario, String store) {
		Map<List<Object>, Result> latest = new LinkedHashMap<>();
		for (Result result : results) {
			if (result.scenario().equals(scenario) && result.store().equals(store)) {
				latest.put(List.of(result.engine(), result.history(), facts(result)), result);
			}
		}
		return List.copyOf(latest.values());
	}

	private static Map<String, Object> facts(Result result) {
		return result.details()
			.entrySet()
			.stream()
			.filter((detail) -> ResultTable.FACTS.contains(detail.getKey()))
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
	}

	private static String origin(List<Result> results) {
		return results.stream()
			.map((result) -> result.date() + ", " + result.runs() + " runs each, " + result.server() + "; "
					+ result.machine() + ".")
			.distinct()
			.collect(Collectors.joining("\n"));
	}

}
