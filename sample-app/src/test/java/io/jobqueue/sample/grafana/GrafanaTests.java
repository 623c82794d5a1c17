package io.jobqueue.sample.grafana;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The dashboard and the alert rules are well-formed. Whether the application exposes what
 * they ask for is seen in its tests.
 */
class GrafanaTests {

	private static final Pattern TEMPLATE = Pattern.compile("\\{\\{ ?(?:\\$labels\\.)?(\\w+) ?}}");

	@Test
	void everyPanelAndAlertHasAQuery() throws IOException {
		assertThat(GrafanaFiles.alerts()).hasSizeGreaterThan(10);
		assertThat(GrafanaFiles.panels()).hasSizeGreaterThan(25);
		assertThat(GrafanaFiles.missingFrom(new Scrape(Map.of()))).containsOnlyKeys(
				Stream.concat(GrafanaFiles.alerts().keySet().stream(), GrafanaFiles.panels().keySet().stream())
					.toList());
	}

	@Test
	void scrapeHasTheLabelsOfAllSamplesOfAMetric() {
		assertThat(Scrape.parse("""
				# HELP a_total What there is of it
				# TYPE a_total counter
				a_total{handler="x {1}",queue="default"} 2.0
				a_total{queue="default",outcome="retry"} 1.0
				b 3.5E-4
				""").samples()).isEqualTo(Map.of("a_total", Set.of("handler", "queue", "outcome"), "b", Set.of()));
	}

	@Test
	void queriesThatAskForSomethingElseAreFound() {
		Map<String, Set<String>> samples = Map.of("jobqueue_a_total", Set.of("queue"), "jobqueue_b", Set.of("pool"));
		assertThat(missing("sum by (queue) (rate(jobqueue_a_total{queue=~\"$queue\"}[5m]))", samples)).isEmpty();
		assertThat(missing("sum(jobqueue_b) / sum by (instance) (jobqueue_b)", samples)).isEmpty();
		assertThat(missing("sum(rate(jobqueue_c_total[5m]))", samples)).containsExactly("jobqueue_c_total");
		assertThat(missing("process_cpu_usage > 1", samples)).containsExactly("process_cpu_usage");
		assertThat(missing("jobqueue_b{queue=\"pool\"}", samples)).containsExactly("jobqueue_b{queue}");
		assertThat(missing("max by (pool) (jobqueue_a_total)", samples)).containsExactly("by (pool)");
		assertThat(missing("jobqueue_b unless on (handler) jobqueue_b", samples)).containsExactly("on (handler)");
	}

	private static List<String> missing(String query, Map<String, Set<String>> samples) {
		return PromQuery.parse(query).missingFrom(new Scrape(samples));
	}

	@Test
	void legendsAndTextsShowLabelsOfTheirQueries() throws IOException {
		Map<String, String> texts = new LinkedHashMap<>();
		for (JsonNode target : GrafanaFiles.dashboard()
			.findValues("targets")
			.stream()
			.flatMap(JsonNode::valueStream)
			.toList()) {
			texts.put(target.path("expr").asString(), target.path("legendFormat").asString());
		}
		GrafanaFiles.rules()
			.forEach((rule) -> texts.put((String) rule.get("expr"), rule.get("annotations").toString()));
		assertThat(texts).hasSizeGreaterThan(35).allSatisfy((query, text) -> {
			Set<String> grouped = new TreeSet<>(PromQuery.TARGET_LABELS);
			PromQuery.parse(query).groupings().forEach((grouping) -> grouped.addAll(grouping));
			assertThat(grouped).as(query + " shows " + text)
				.containsAll(TEMPLATE.matcher(text).results().map((label) -> label.group(1)).toList());
		});
	}

	@Test
	void dashboardIsWellFormed() throws IOException {
		JsonNode panels = GrafanaFiles.dashboard().path("panels");
		Set<Integer> ids = new TreeSet<>();
		assertThat(panels.valueStream()).isNotEmpty().allSatisfy((panel) -> {
			assertThat(ids.add(panel.path("id").asInt())).isTrue();
			assertThat(panel.path("title").asString()).isNotBlank();
			if (!panel.path("type").asString().equals("row")) {
				assertThat(panel.path("description").asString()).isNotBlank();
				assertThat(panel.path("targets").valueStream()).isNotEmpty()
					.allSatisfy((target) -> assertThat(target.path("legendFormat").asString()).isNotBlank());
			}
		});
	}

}
