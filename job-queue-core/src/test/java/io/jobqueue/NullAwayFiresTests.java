package io.jobqueue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the null checks of this build are alive. A check that is configured for the
 * wrong package, or lost from one module, is silent otherwise. Runs with Maven only, in a
 * Surefire execution of its own that provides the compiler plug-ins and the build's
 * compiler argument.
 */
class NullAwayFiresTests {

	private static final Path ROOT = Path.of(System.getProperty("build.root"));

	private static final String ERROR_PRONE_ARGUMENT = System.getProperty("build.error-prone-argument");

	@Test
	void nullReturnedFromNullMarkedClassIsAnError(@TempDir Path output) {
		assertThat(errors("", output)).singleElement().asString().startsWith("[NullAway] ");
	}

	@Test
	void nullReturnedFromNullableMethodCompiles(@TempDir Path output) {
		assertThat(errors("@org.jspecify.annotations.Nullable", output)).isEmpty();
	}

	@Test
	void parentPomUsesTheArgumentTestedHereToCompileEveryModule() throws IOException {
		assertThat(Files.readString(ROOT.resolve("pom.xml"))).contains("<arg>${error-prone.argument}</arg>");
		for (Path module : modules()) {
			String pom = Files.readString(module.resolve("pom.xml"));
			assertThat(pom).as(module.toString())
				.contains("<artifactId>job-queue-parent</artifactId>")
				.doesNotContain("<compilerArgs", "<compilerArgument", "<error-prone.argument>", "<compilerId>",
						"<annotationProcessorPaths>");
		}
	}

	@Test
	void everyPackageOfEveryModuleIsNullMarked() throws IOException {
		for (Path module : modules()) {
			for (Path directory : sourceDirectories(module.resolve("src/main/java"))) {
				assertThat(directory.resolve("package-info.java")).content().contains("@NullMarked");
			}
		}
	}

	private static List<String> errors(String annotation, Path output) {
		String classPath = System.getProperty("java.class.path");
		DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		List<String> options = List.of("-d", output.toString(), "-classpath", classPath, "-processorpath", classPath,
				"-proc:none", "-XDcompilePolicy=simple", "--should-stop=ifError=FLOW", ERROR_PRONE_ARGUMENT);
		compiler.getTask(null, null, diagnostics, options, null, List.of(new Snippet(annotation))).call();
		return diagnostics.getDiagnostics()
			.stream()
			.filter((diagnostic) -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
			.map((diagnostic) -> diagnostic.getMessage(Locale.ROOT))
			.toList();
	}

	private static List<Path> modules() throws IOException {
		String pom = Files.readString(ROOT.resolve("pom.xml"));
		List<Path> modules = Pattern.compile("<module>(.+)</module>")
			.matcher(pom)
			.results()
			.map((match) -> ROOT.resolve(match.group(1)))
			.toList();
		assertThat(modules).isNotEmpty();
		return modules;
	}

	private static List<Path> sourceDirectories(Path root) throws IOException {
		if (!Files.exists(root)) {
			return List.of();
		}
		try (Stream<Path> files = Files.walk(root)) {
			return files.filter((file) -> file.toString().endsWith(".java")).map(Path::getParent).distinct().toList();
		}
	}

	private static final class Snippet extends SimpleJavaFileObject {

		private final String source;

		Snippet(String annotation) {
			super(URI.create("string:///Snippet.java"), Kind.SOURCE);
			this.source = "@org.jspecify.annotations.NullMarked class Snippet { " + annotation
					+ " String name() { return null; } }";
		}

		@Override
		public CharSequence getCharContent(boolean ignoreEncodingErrors) {
			return this.source;
		}

	}

}
