package io.jobqueue.benchmarks.engine.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The scripts and the packages that they need, installed by npm the first time they are
 * used. Where from is the matter of npm's configuration.
 */
public final class NodePackages {

	private static final List<String> FILES = List.of("package.json", "run.js", "graphile-worker.js", "pg-boss.js",
			"bullmq.js");

	private static @Nullable Path directory;

	private NodePackages() {
	}

	/**
	 * Return whether Node.js and npm are on the machine.
	 * @return the answer
	 */
	public static boolean isNodePresent() {
		return isPresent("node") && isPresent("npm");
	}

	private static boolean isPresent(String program) {
		try {
			return run(null, program, "--version") == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	static String version(String name) {
		return new JsonMapper().readTree(content("package.json")).path("dependencies").path(name).asString();
	}

	static synchronized Path directory() {
		try {
			Path result = directory;
			if (result == null) {
				result = install();
				directory = result;
			}
			return result;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	// In a place of its own for each list of packages, so that the next benchmark finds
	// them.
	private static Path install() throws IOException {
		Path path = Path.of(System.getProperty("java.io.tmpdir"),
				"job-queue-benchmarks-node-" + Integer.toHexString(content("package.json").hashCode()));
		Files.createDirectories(path);
		for (String file : FILES) {
			Files.writeString(path.resolve(file), content(file));
		}
		Path installed = path.resolve("installed");
		if (!Files.exists(installed)) {
			int status = run(path, "npm", "install", "--no-package-lock", "--no-audit", "--no-fund",
					"--ignore-scripts");
			if (status != 0) {
				throw new IllegalStateException("npm install has failed in " + path);
			}
			Files.createFile(installed);
		}
		return path;
	}

	private static int run(@Nullable Path path, String... command) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		if (path != null) {
			builder.directory(path.toFile());
		}
		Process process = builder.start();
		try (InputStream output = process.getInputStream()) {
			String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
			int status = process.waitFor();
			if (status != 0) {
				System.err.println(text);
			}
			return status;
		}
		catch (InterruptedException ex) {
			process.destroy();
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static String content(String file) {
		try (InputStream resource = NodePackages.class.getResourceAsStream("/node/" + file)) {
			if (resource == null) {
				throw new IllegalStateException("No script " + file);
			}
			return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
