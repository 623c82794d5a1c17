package io.jobqueue.autoconfigure.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import org.junit.jupiter.api.Test;

import io.jobqueue.event.JobEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The enum, the documentation, and what is really registered are the same.
 */
class JobQueueMeterTests {

	private static final Pattern ROW = Pattern
		.compile("(?m)^\\| `(jobqueue\\.[\\w.]+)` \\| ([\\w ]+) \\|([\\w ]*)\\|([`\\w, ]*)\\| (.+) \\|$");

	@Test
	void documentationListsAllMetersAsTheyAre() throws IOException {
		List<String> rows = new ArrayList<>();
		Matcher row = ROW.matcher(Files.readString(Path.of("../docs/metrics.md")));
		while (row.find()) {
			rows.add(String.join("|", row.group(1), row.group(2), row.group(3).strip(),
					row.group(4).strip().replaceAll("[`,]", ""), row.group(5)));
		}
		assertThat(rows).isEqualTo(Arrays.stream(JobQueueMeter.values()).map(JobQueueMeterTests::documented).toList());
	}

	private static String documented(JobQueueMeter meter) {
		return String.join("|", meter.getName(), meter.getType().name().toLowerCase(Locale.ROOT).replace('_', ' '),
				(meter.getBaseUnit() != null) ? meter.getBaseUnit() : "", String.join(" ", tags(meter)),
				meter.getDescription());
	}

	private static List<String> tags(JobQueueMeter meter) {
		return Arrays.stream(meter.getKeyNames()).map((key) -> key.asString()).toList();
	}

	@Test
	void documentationListsAllTagsAndOutcomes() throws IOException {
		String page = Files.readString(Path.of("../docs/metrics.md"));
		for (JobQueueMeter.Tag tag : JobQueueMeter.Tag.values()) {
			assertThat(page).containsPattern("(?m)^\\|.*`" + tag.asString() + "`.*\\|");
		}
		for (JobEvent.Type type : JobEvent.Type.values()) {
			assertThat(page).contains("`" + type.outcome() + "`");
		}
	}

	@Test
	void whatIsRegisteredIsWhatIsDocumented() {
		MeteredApplication.run((registry) -> {
			Map<String, String> registered = new TreeMap<>();
			for (Meter meter : registry.getMeters()) {
				if (meter.getId().getName().startsWith("jobqueue.")) {
					registered.put(meter.getId().getName(), describe(meter.getId()));
				}
			}
			Map<String, String> documented = Arrays.stream(JobQueueMeter.values())
				.collect(Collectors.toMap(JobQueueMeter::getName, JobQueueMeterTests::describe));
			assertThat(registered).containsExactlyInAnyOrderEntriesOf(documented);
		});
	}

	private static String describe(Meter.Id id) {
		Set<String> tags = id.getTags().stream().map(Tag::getKey).collect(Collectors.toCollection(TreeSet::new));
		return id.getType() + " " + id.getBaseUnit() + " " + tags + " " + id.getDescription();
	}

	private static String describe(JobQueueMeter meter) {
		return meter.getType() + " " + meter.getBaseUnit() + " " + new TreeSet<>(tags(meter)) + " "
				+ meter.getDescription();
	}

}
