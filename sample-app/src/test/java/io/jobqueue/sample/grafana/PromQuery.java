package io.jobqueue.sample.grafana;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a query in PromQL asks for.
 *
 * @param selectors the metrics, each with the labels that it is selected by
 * @param labels those that it is grouped or joined by, with the word before
 */
record PromQuery(List<Map.Entry<String, Set<String>>> selectors, List<Map.Entry<String, Set<String>>> labels) {

	/** Prometheus adds these to whatever it scrapes. */
	static final Set<String> TARGET_LABELS = Set.of("instance", "job");

	private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");

	private static final Pattern GROUPING = Pattern
		.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\(([\\w, ]*)\\)");

	private static final Pattern RANGE = Pattern.compile("\\[[^]]+]");

	private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\s*(\\{[^}]*})?(\\s*\\()?");

	private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "sum", "max", "min", "avg",
			"count", "rate", "increase", "histogram_quantile");

	static PromQuery parse(String query) {
		List<Map.Entry<String, Set<String>>> labels = new ArrayList<>();
		String rest = STRING.matcher(query).replaceAll("''");
		rest = RANGE.matcher(rest).replaceAll("");
		GROUPING.matcher(rest)
			.results()
			.forEach((group) -> labels.add(Map.entry(group.group(1), names(group.group(2), ","))));
		rest = GROUPING.matcher(rest).replaceAll(" ");
		List<Map.Entry<String, Set<String>>> selectors = new ArrayList<>();
		SELECTOR.matcher(rest).results().filter((found) -> !WORDS.contains(found.group(1))).forEach((found) -> {
			String matchers = (found.group(2) != null) ? found.group(2).replaceAll("[{}]", "") : "";
			selectors.add(Map.entry(found.group(1), names(matchers.replaceAll("(=~|!~|!=|=)''", ""), ",")));
		});
		return new PromQuery(selectors, labels);
	}

	private static Set<String> names(String list, String separator) {
		Set<String> names = new TreeSet<>(Arrays.stream(list.split(separator)).map(String::strip).toList());
		names.remove("");
		return names;
	}

	List<Set<String>> groupings() {
		return this.labels.stream().map(Map.Entry::getValue).toList();
	}

	/**
	 * Return what the query asks for and no metric has.
	 */
	List<String> missingFrom(Scrape scrape) {
		Map<String, Set<String>> samples = scrape.samples();
		List<String> missing = new ArrayList<>();
		Set<String> exposed = new TreeSet<>(TARGET_LABELS);
		for (Map.Entry<String, Set<String>> selector : this.selectors) {
			Set<String> ofMetric = samples.get(selector.getKey());
			if (ofMetric == null) {
				missing.add(selector.getKey());
				continue;
			}
			exposed.addAll(ofMetric);
			selector.getValue()
				.stream()
				.filter((label) -> !ofMetric.contains(label) && !TARGET_LABELS.contains(label))
				.forEach((label) -> missing.add(selector.getKey() + "{" + label + "}"));
		}
		for (Map.Entry<String, Set<String>> grouping : this.labels) {
			grouping.getValue()
				.stream()
				.filter((label) -> !exposed.contains(label) && missing.isEmpty())
				.forEach((label) -> missing.add(grouping.getKey() + " (" + label + ")"));
		}
		return missing;
	}

}
