package io.jobqueue.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

import tools.jackson.databind.json.JsonMapper;

/**
 * A file of results, one JSON object per line.
 */
public final class JsonLines {

	private static final JsonMapper MAPPER = new JsonMapper();

	private JsonLines() {
	}

	/**
	 * Append a result.
	 * @param file the file, created if need be
	 * @param result the result
	 */
	public static void append(Path file, Result result) {
		try {
			Files.writeString(file, toJson(result) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Read all results.
	 * @param file the file
	 * @return the results in the order of their lines
	 */
	public static List<Result> read(Path file) {
		try {
			return Files.readAllLines(file)
				.stream()
				.filter((line) -> !line.isBlank())
				.map((line) -> MAPPER.readValue(line, Result.class))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return a result as JSON.
	 * @param result the result
	 * @return one line without an end
	 */
	public static String toJson(Result result) {
		return MAPPER.writeValueAsString(result);
	}

}
