package io.jobqueue.sample.grafana;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The dashboard and the alert rules.
 */
public final class GrafanaFiles {

	private static final Path FOLDER = Path.of("../docs/grafana");

	private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((\\w+), (\\w+)\\)");

	private GrafanaFiles() {
	}

	/**
	 * Return what the queries of all panels, variables and alerts ask for that is not
	 * exposed.
	 */
	public static Map<String, List<String>> missingFrom(Scrape scrape) throws IOException {
		Map<String, String> queries = new LinkedHashMap<>(alerts());
		queries.putAll(panels());
		Map<String, List<String>> missing = new LinkedHashMap<>();
		queries.forEach((name, query) -> {
			List<String> ofQuery = PromQuery.parse(query).missingFrom(scrape);
			if (!ofQuery.isEmpty()) {
				missing.put(name, ofQuery);
			}
		});
		return missing;
	}

	static JsonNode dashboard() throws IOException {
		return JsonMapper.shared().readTree(Files.readString(FOLDER.resolve("job-queue-dashboard.json")));
	}

	static Map<String, String> panels() throws IOException {
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

	static Map<String, String> alerts() throws IOException {
		Map<String, String> queries = new LinkedHashMap<>();
		rules().forEach((rule) -> queries.put((String) rule.get("alert"), (String) rule.get("expr")));
		return queries;
	}

	@SuppressWarnings("unchecked")
	static List<Map<String, Object>> rules() throws IOException {
		Map<String, Object> file = new Yaml().load(Files.readString(FOLDER.resolve("job-queue-alerts.yml")));
		List<Map<String, Object>> groups = (List<Map<String, Object>>) file.get("groups");
		List<Map<String, Object>> rules = new ArrayList<>();
		groups.forEach((group) -> rules.addAll((List<Map<String, Object>>) group.get("rules")));
		return rules;
	}

}
