package io.jobqueue.sample.grafana;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an application exposes to Prometheus.
 *
 * @param samples the names of all samples with those of their labels
 */
public record Scrape(Map<String, Set<String>> samples) {

	private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+$");

	private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

	/**
	 * Read the text that Prometheus would.
	 */
	public static Scrape parse(String text) {
		Map<String, Set<String>> samples = new HashMap<>();
		Matcher sample = SAMPLE.matcher(text);
		while (sample.find()) {
			Set<String> labels = samples.computeIfAbsent(sample.group(1), (name) -> new TreeSet<>());
			if (sample.group(2) != null) {
				LABEL.matcher(sample.group(2)).results().forEach((label) -> labels.add(label.group(1)));
			}
		}
		return new Scrape(samples);
	}

}
