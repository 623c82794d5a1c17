package io.jobqueue.benchmarks.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Versions of the engines, as the build knows them.
 */
public final class Versions {

	private Versions() {
	}

	/**
	 * Return the version of a library.
	 * @param name the name of the engine
	 * @return its version
	 */
	public static String of(String name) {
		try (InputStream file = Versions.class.getResourceAsStream("/versions.properties")) {
			Properties versions = new Properties();
			versions.load(file);
			return versions.getProperty(name);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
