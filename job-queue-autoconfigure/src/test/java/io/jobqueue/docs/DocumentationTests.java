package io.jobqueue.docs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ByteArrayResource;

import io.jobqueue.JobState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares the documentation with the code: snippets, properties, links, the diagram of
 * the states, and the tests that are named.
 */
class DocumentationTests {

	private static final String MAP_KEY = "<name>";

	private static final Pattern KEY_IN_TEXT = Pattern
		.compile("(?<![\\w/-])job-queue\\.([a-z][a-z-]*|<name>)(\\.([a-z][a-z-]*|<name>))*");

	private static final Pattern TABLE_ROW = Pattern.compile("^\\| `([^`]+)` \\| (?:`([^`]*)`)?[^|]*\\| .+ \\|$");

	private static final Pattern LINK = Pattern.compile("\\[[^]]*]\\(([^)\\s]+)\\)");

	private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");

	private static final Pattern ROW_OF_PROMISE = Pattern.compile("(?m)^\\|(?! *-)(.+)\\|$");

	private static final Pattern TRANSITION = Pattern.compile("^([A-Z]+) --> ([A-Z]+)(?: : .*)?$");

	private static final List<Page> PAGES = Page.all();

	private static final Map<String, String> PROPERTIES = ConfigurationKeys.withDefaults();

	@Test
	void everyJavaBlockIsCompiledCode() {
		List<String> sources = Page.javaSources().stream().map(DocumentationTests::normalize).toList();
		SoftAssertions.assertSoftly((softly) -> PAGES.forEach((page) -> page.blocks("java").forEach((block) -> {
			boolean isCompiled = sources.stream().anyMatch((source) -> source.contains(normalize(block)));
			softly.assertThat(isCompiled).as("%s: is compiled:%n%s", page, block).isTrue();
		})));
		assertThat(PAGES.stream().mapToInt((page) -> page.blocks("java").size()).sum()).isPositive();
	}

	// With a line feed at both ends, so that only whole lines match.
	private static String normalize(String code) {
		StringBuilder lines = new StringBuilder("\n");
		code.lines()
			.map((line) -> line.strip().replaceAll("\\s+", " "))
			.filter((line) -> !line.isEmpty())
			.forEach((line) -> lines.append(line).append('\n'));
		return lines.toString();
	}

	@Test
	void everyConfiguredPropertyExists() {
		SoftAssertions.assertSoftly((softly) -> {
			for (Page page : PAGES) {
				for (String key : configuredKeys(page)) {
					softly.assertThat(PROPERTIES.keySet())
						.as("%s configures %s", page, key)
						.anyMatch((known) -> matches(known, key));
				}
			}
		});
	}

	private static Set<String> configuredKeys(Page page) {
		Set<String> keys = new TreeSet<>();
		List<String> blocks = new ArrayList<>(page.blocks("yaml"));
		blocks.addAll(page.blocks("properties"));
		for (String block : blocks) {
			// A file of properties is made of "=" where YAML has ":".
			boolean isYaml = page.blocks("yaml").contains(block);
			String yaml = isYaml ? block : block.replaceAll("(?m)^([^#=]+)=", "$1: ");
			YamlPropertiesFactoryBean parser = new YamlPropertiesFactoryBean();
			parser.setResources(new ByteArrayResource(yaml.getBytes()));
			parser.afterPropertiesSet();
			keys.addAll(parser.getObject().stringPropertyNames());
		}
		keys.removeIf((key) -> !key.startsWith("job-queue."));
		return keys;
	}

	private static boolean matches(String known, String key) {
		String pattern = Arrays.stream(known.split(MAP_KEY, -1))
			.map((part) -> part.endsWith(".") ? Pattern.quote(part.substring(0, part.length() - 1))
					: Pattern.quote(part))
			.reduce((left, right) -> left + "(?:\\.[A-Za-z0-9<>-]+|\\[[^]]+])" + right)
			.orElseThrow();
		return key.replaceAll("\\[\\d+]$", "").matches(pattern);
	}

	@Test
	void everyPropertyInTheTextExists() {
		SoftAssertions.assertSoftly((softly) -> {
			for (Page page : PAGES) {
				Matcher keys = KEY_IN_TEXT.matcher(page.text());
				while (keys.find()) {
					String key = keys.group();
					softly.assertThat(PROPERTIES.keySet())
						.as("%s mentions %s", page, key)
						.anyMatch((known) -> known.equals(key) || known.startsWith(key + "."));
				}
			}
		});
	}

	@Test
	void tableOfTheReadmeHasEveryPropertyWithItsDefault() {
		Map<String, String> table = new TreeMap<>();
		Page.of("README.md").section("Configuration").lines().forEach((line) -> {
			Matcher row = TABLE_ROW.matcher(line);
			if (row.matches()) {
				table.put(row.group(1), (row.group(2) != null) ? row.group(2) : "");
			}
		});
		assertThat(table).containsExactlyEntriesOf(new TreeMap<>(PROPERTIES));
	}

	@Test
	void everyLinkLeadsSomewhere() {
		SoftAssertions.assertSoftly((softly) -> {
			for (Page page : PAGES) {
				Matcher links = LINK.matcher(page.prose());
				while (links.find()) {
					String link = links.group(1);
					if (!link.matches("[a-z]+:.*")) {
						softly.assertThat(page.hasTarget(link)).as("The link %s in %s", link, page).isTrue();
					}
				}
			}
		});
	}

	@Test
	void diagramOfTheStatesShowsEveryTransition() {
		Map<JobState, Set<JobState>> drawn = new TreeMap<>();
		for (JobState state : JobState.values()) {
			drawn.put(state, new TreeSet<>());
		}
		Page.of("docs/job-lifecycle.md")
			.blocks("mermaid")
			.stream()
			.flatMap(String::lines)
			.map((line) -> TRANSITION.matcher(line.strip()))
			.filter(Matcher::matches)
			.forEach((line) -> drawn.getOrDefault(JobState.valueOf(line.group(1)), Collections.emptySet())
				.add(JobState.valueOf(line.group(2))));
		drawn.forEach((state, next) -> assertThat(next).as("Transitions from %s", state).isEqualTo(state.successors()));
	}

	@Test
	void everyTestThatIsNamedExists() {
		List<String> sources = Page.javaSources();
		SoftAssertions.assertSoftly((softly) -> PAGES.forEach((page) -> {
			Matcher tests = TEST.matcher(page.prose());
			while (tests.find()) {
				softly.assertThat(sources)
					.as("%s names %s", page, tests.group())
					.anyMatch((source) -> isTest(source, tests.group(1), tests.group(2)));
			}
		}));
	}

	private static boolean isTest(String source, String type, String method) {
		return source.contains("class " + type + " ") && source.contains("Test\n")
				&& source.contains("\tvoid " + method + "(");
	}

	@Test
	void everyPromiseIsShownByATest() {
		Page page = Page.of("docs/guarantees.md");
		List<String> rows = ROW_OF_PROMISE.matcher(page.prose()).results().map((row) -> row.group(1)).toList();
		assertThat(rows).hasSizeGreaterThan(10)
			.filteredOn((row) -> !row.contains("| Shown by"))
			.allSatisfy((row) -> assertThat(row.substring(row.lastIndexOf('|'))).containsPattern(TEST));
	}

}
