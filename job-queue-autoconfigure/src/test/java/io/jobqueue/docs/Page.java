package io.jobqueue.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation.
 *
 * @param path where it is, from the root of the repository
 * @param text what it says
 */
record Page(Path path, String text) {

	private static final Path ROOT = findRoot();

	private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");

	private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

	private static Path findRoot() {
		Path directory = Path.of("").toAbsolutePath();
		while (!Files.exists(directory.resolve("README.md"))) {
			directory = Objects.requireNonNull(directory.getParent(), "No README.md here or above");
		}
		return directory;
	}

	static Page of(String path) {
		return new Page(Path.of(path), read(ROOT.resolve(path)));
	}

	static List<Page> all() {
		return Stream.concat(files(ROOT, 1, ".md"), files(ROOT.resolve("docs"), Integer.MAX_VALUE, ".md"))
			.map((file) -> of(ROOT.relativize(file).toString()))
			.toList();
	}

	/**
	 * Return the text of all sources that the build compiles.
	 */
	static List<String> javaSources() {
		List<String> sources = new ArrayList<>();
		try (Stream<Path> modules = Files.list(ROOT)) {
			modules.filter((module) -> Files.exists(module.resolve("pom.xml")))
				.flatMap((module) -> Stream.of("src/main/java", "src/test/java").map(module::resolve))
				.filter(Files::isDirectory)
				.flatMap((directory) -> files(directory, Integer.MAX_VALUE, ".java"))
				.forEach((file) -> sources.add(read(file)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return sources;
	}

	private static Stream<Path> files(Path directory, int depth, String suffix) {
		try (Stream<Path> files = Files.walk(directory, depth)) {
			return files.filter((file) -> file.toString().endsWith(suffix)).sorted().toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the fenced blocks in a language.
	 */
	List<String> blocks(String language) {
		return BLOCK.matcher(this.text)
			.results()
			.filter((block) -> block.group(1).equals(language))
			.map((block) -> block.group(2))
			.toList();
	}

	/**
	 * Return the text without its fenced blocks.
	 */
	String prose() {
		return BLOCK.matcher(this.text).replaceAll("");
	}

	/**
	 * Return what is under a heading of the second level.
	 */
	String section(String heading) {
		Matcher section = Pattern.compile("(?ms)^## " + Pattern.quote(heading) + "$(.*?)(?=^## |\\z)")
			.matcher(this.text);
		if (!section.find()) {
			throw new IllegalStateException(this + " has no section '" + heading + "'");
		}
		return section.group(1);
	}

	/**
	 * Return whether a relative link of this page leads to a file and, if it names one,
	 * to a heading of it.
	 */
	boolean hasTarget(String link) {
		int hash = link.indexOf('#');
		String file = (hash < 0) ? link : link.substring(0, hash);
		Path target = file.isEmpty() ? this.path : this.path.resolveSibling(file).normalize();
		if (!Files.exists(ROOT.resolve(target))) {
			return false;
		}
		return hash < 0 || of(target.toString()).hasHeading(link.substring(hash + 1));
	}

	private boolean hasHeading(String anchor) {
		return HEADING.matcher(prose()).results().anyMatch((heading) -> anchor(heading.group(1)).equals(anchor));
	}

	private static String anchor(String heading) {
		return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
	}

	@Override
	public String toString() {
		return this.path.toString();
	}

}
