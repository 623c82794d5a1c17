package io.jobqueue.autoconfigure.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each query of the dashboard and of the alert rules asks for metrics and labels that an
 * application really exposes.
 */
class GrafanaTests {

	private static final Path FOLDER = Path.of("../docs/grafana");

	private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((\\w+), (\\w+)\\)");

	private static final Pattern TEMPLATE = Pattern.compile("\\{\\{ ?(?:\\$labels\\.)?(\\w+) ?}}");

	/** Prometheus adds these to whatever it scrapes. */
	private static final Set<String> TARGET_LABELS = Set.of("instance", "job");

	@Test
	void everyQueryAsksForWhatIsThere() throws IOException {
		Map<String, String> queries = new LinkedHashMap<>(alerts());
		assertThat(queries).hasSizeGreaterThan(10);
		queries.putAll(panels());
		assertThat(queries).hasSizeGreaterThan(35);
		MeteredApplication.run((registry) -> {
			Map<String, Set<String>> samples = MeteredApplication.samples(registry);
			SoftAssertions.assertSoftly((softly) -> queries
				.forEach((name, query) -> softly.assertThat(PromQuery.parse(query).missingFrom(samples, TARGET_LABELS))
					.as("%s: %s", name, query)
					.isEmpty()));
		});
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
		return PromQuery.parse(query).missingFrom(samples, TARGET_LABELS);
	}

	@Test
	void legendsAndTextsShowLabelsOfTheirQueries() throws IOException {
		Map<String, String> texts = new LinkedHashMap<>();
		for (JsonNode target : dashboard().findValues("targets").stream().flatMap(JsonNode::valueStream).toList()) {
			texts.put(target.path("expr").asString(), target.path("legendFormat").asString());
		}
		rules().forEach((rule) -> texts.put((String) rule.get("expr"), rule.get("annotations").toString()));
		assertThat(texts).hasSizeGreaterThan(35).allSatisfy((query, text) -> {
			Set<String> grouped = new TreeSet<>(TARGET_LABELS);
			PromQuery.parse(query).groupings().forEach((grouping) -> grouped.addAll(grouping));
			assertThat(grouped).as(query + " shows " + text)
				.containsAll(TEMPLATE.matcher(text).results().map((label) -> label.group(1)).toList());
		});
	}

	@Test
	void dashboardIsWellFormed() throws IOException {
		JsonNode panels = dashboard().path("panels");
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

	private static JsonNode dashboard() throws IOException {
		return JsonMapper.shared().readTree(Files.readString(FOLDER.resolve("job-queue-dashboard.json")));
	}

	private static Map<String, String> panels() throws IOException {
		Map<String, String> queries = new LinkedHashMap<>();
		for (JsonNode panel : dashboard().path("panels").valueStream().toList()) {
			panel.path("targets")
				.valueStream()
				.forEach((target) -> queries.put(panel.path("title").asString() + " " + target.path("refId").asString(),
						target.path("expr").asString()));
		}
		for (JsonNode variable : dashboard().path("templating").path("list").valueStream().toList()) {
			if (variable.path("type").asString().equals("query")) {
				MatchResult values = LABEL_VALUES.matcher(variable.path("definition").asString())
					.results()
					.findFirst()
					.orElseThrow();
				queries.put("Variable " + variable.path("name").asString(),
						values.group(1) + "{" + values.group(2) + "=\"\"}");
			}
		}
		return queries;
	}

	private static Map<String, String> alerts() throws IOException {
		Map<String, String> queries = new LinkedHashMap<>();
		rules().forEach((rule) -> queries.put((String) rule.get("alert"), (String) rule.get("expr")));
		return queries;
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> rules() throws IOException {
		Map<String, Object> file = new Yaml().load(Files.readString(FOLDER.resolve("job-queue-alerts.yml")));
		List<Map<String, Object>> groups = (List<Map<String, Object>>) file.get("groups");
		List<Map<String, Object>> rules = new ArrayList<>();
		groups.forEach((group) -> rules.addAll((List<Map<String, Object>>) group.get("rules")));
		return rules;
	}

	/**
	 * What a query in PromQL asks for.
	 *
	 * @param selectors the metrics, each with the labels that it is selected by
	 * @param groupings the labels that it is grouped or joined by, with the word before
	 */
	private record PromQuery(List<Map.Entry<String, Set<String>>> selectors,
			List<Map.Entry<String, Set<String>>> labels) {

		private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");

		private static final Pattern GROUPING = Pattern
			.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\(([\\w, ]*)\\)");

		private static final Pattern RANGE = Pattern.compile("\\[[^]]+]");

		private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\s*(\\{[^}]*})?(\\s*\\()?");

		private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "sum", "max", "min",
				"avg", "count", "rate", "increase", "histogram_quantile");

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

		List<String> missingFrom(Map<String, Set<String>> samples, Set<String> everywhere) {
			List<String> missing = new ArrayList<>();
			Set<String> exposed = new TreeSet<>(everywhere);
			for (Map.Entry<String, Set<String>> selector : this.selectors) {
				Set<String> ofMetric = samples.get(selector.getKey());
				if (ofMetric == null) {
					missing.add(selector.getKey());
					continue;
				}
				exposed.addAll(ofMetric);
				selector.getValue()
					.stream()
					.filter((label) -> !ofMetric.contains(label) && !everywhere.contains(label))
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

}
