package io.jobqueue.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Results of one scenario, for people. Columns that no result fills are left out; the
 * ratio is to the first result.
 */
public final class ResultTable {

	/** Details that tell variants of an engine apart. */
	static final Set<String> FACTS = Set.of("limit", "metrics", "nodes", "producers", "read", "scheduled", "snapshot",
			"waiting", "worker");

	private final List<String[]> rows;

	/**
	 * Create a table.
	 * @param results results of one scenario, at least one
	 */
	public ResultTable(List<Result> results) {
		this.rows = rows(results);
	}

	private static List<String[]> rows(List<Result> results) {
		List<Column> columns = columns(results).stream().filter((column) -> column.isFilled(results)).toList();
		List<String[]> rows = new ArrayList<>();
		rows.add(columns.stream().map(Column::title).toArray(String[]::new));
		for (Result result : results) {
			rows.add(columns.stream().map((column) -> column.value().apply(result)).toArray(String[]::new));
		}
		return rows;
	}

	private static List<Column> columns(List<Result> results) {
		double first = results.get(0).perSecond();
		List<Column> columns = new ArrayList<>(
				List.of(new Column("engine", (result) -> (result.engine() + " " + result.version()).strip()),
						new Column("store", Result::store),
						new Column("history", (result) -> result.history() ? "on" : "off")));
		results.stream()
			.flatMap((result) -> result.details().keySet().stream())
			.distinct()
			.sorted()
			.forEach((key) -> columns.add(new Column(words(key), (result) -> detail(result.details().get(key)))));
		columns.addAll(List.of(new Column("jobs", (result) -> positive(result.jobs())),
				new Column("jobs/s", (result) -> positive(result.perSecond())),
				new Column("min-max",
						(result) -> (result.max() > 0) ? number(result.min()) + "-" + number(result.max()) : ""),
				new Column("ratio", (result) -> (first > 0) ? number(result.perSecond() / first) : ""),
				new Column("WAL B/job", (result) -> number(result.walBytesPerJob())),
				new Column("commits/job", (result) -> number(result.commitsPerJob())),
				new Column("commands/job", (result) -> number(result.commandsPerJob())),
				new Column("CPU s/M client", (result) -> number(cpu(result, Result.Cpu::client))),
				new Column("server", (result) -> number(cpu(result, Result.Cpu::server))),
				new Column("p50 ms", (result) -> number(result.p50Millis())),
				new Column("p99 ms", (result) -> number(result.p99Millis()))));
		return columns;
	}

	private static @Nullable Double cpu(Result result, Function<Result.Cpu, @Nullable Double> part) {
		Result.Cpu cpu = result.cpuSecondsPerMillionJobs();
		return (cpu != null) ? part.apply(cpu) : null;
	}

	private static String positive(double value) {
		return (value > 0) ? number(value) : "";
	}

	private static String words(String key) {
		return key.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
	}

	// Curves are for plots.
	private static String detail(@Nullable Object value) {
		if (value == null || value instanceof List<?>) {
			return "";
		}
		return (value instanceof Number number) ? number(number.doubleValue()) : value.toString();
	}

	static String number(@Nullable Double value) {
		if (value == null) {
			return "";
		}
		double size = Math.abs(value);
		if (size >= 100 || value == Math.rint(value)) {
			return String.format(Locale.ROOT, "%,.0f", value);
		}
		return String.format(Locale.ROOT, (size >= 10) ? "%.1f" : (size >= 0.1) ? "%.2f" : "%.4f", value);
	}

	/**
	 * Return the table for a terminal.
	 * @return lines with aligned columns
	 */
	public String text() {
		int[] widths = new int[this.rows.get(0).length];
		this.rows.forEach((row) -> Arrays.setAll(widths, (i) -> Math.max(widths[i], row[i].length())));
		return this.rows.stream().map((row) -> line(row, widths)).collect(Collectors.joining("\n", "", "\n"));
	}

	private static String line(String[] row, int[] widths) {
		StringBuilder line = new StringBuilder();
		for (int i = 0; i < row.length; i++) {
			String format = (i == 0) ? "%-" + widths[i] + "s" : "  %" + widths[i] + "s";
			line.append(String.format(Locale.ROOT, format, row[i]));
		}
		return line.toString().stripTrailing();
	}

	/**
	 * Return the table for a page.
	 * @return lines of Markdown
	 */
	public String markdown() {
		List<String> lines = new ArrayList<>();
		this.rows.forEach((row) -> lines.add("| " + String.join(" | ", row) + " |"));
		lines.add(1, "|---".concat("|---:".repeat(this.rows.get(0).length - 1)) + "|");
		return String.join("\n", lines) + "\n";
	}

	private record Column(String title, Function<Result, String> value) {

		boolean isFilled(List<Result> results) {
			return results.stream().anyMatch((result) -> !this.value.apply(result).isEmpty());
		}

	}

}
