package io.jobqueue.sample.database;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.FileSystemUtils;

/**
 * A directory in which an embedded PostgreSQL keeps its data from one start to the next.
 * The server is safe to kill at any time, as PostgreSQL is by default and embedded ones
 * are not: it waits for the disk at each commit.
 */
final class DataDirectory {

	private static final Logger logger = LoggerFactory.getLogger(DataDirectory.class);

	private final Path data;

	private final Path log;

	DataDirectory(Path directory) {
		Path absolute = directory.toAbsolutePath().normalize();
		this.data = absolute.resolve("postgres");
		this.log = absolute.resolve("postgres.log");
	}

	EmbeddedPostgres start() throws IOException {
		deleteUnfinished();
		Files.createDirectories(this.data);
		ProcessBuilder.Redirect output = ProcessBuilder.Redirect.appendTo(this.log.toFile());
		try {
			EmbeddedPostgres server = EmbeddedPostgres.builder()
				.setDataDirectory(this.data)
				.setCleanDataDirectory(false)
				.setDataDirectoryCustomizer(this::stopOrphan)
				// The context closes it, after what depends on it. A hook would run
				// meanwhile.
				.setRegisterShutdownHook(false)
				.setServerConfig("fsync", "on")
				.setServerConfig("synchronous_commit", "on")
				.setPGStartupWait(Duration.ofSeconds(30))
				.setOutputRedirector(output)
				.setErrorRedirector(output)
				.start();
			logger.info("PostgreSQL listens on port {}, its data is in {}", server.getPort(), this.data);
			return server;
		}
		catch (IOException | IllegalStateException ex) {
			throw new IllegalStateException("PostgreSQL did not start, " + this.log + " says why", ex);
		}
	}

	/**
	 * Delete what is left of a first start that was killed before there was a database. A
	 * server that has ever run here has left a file with its options.
	 */
	private void deleteUnfinished() throws IOException {
		if (Files.exists(this.data.resolve("PG_VERSION")) && Files.notExists(this.data.resolve("postmaster.opts"))) {
			logger.info("{} was never completed, it is created again", this.data);
			FileSystemUtils.deleteRecursively(this.data);
		}
	}

	/**
	 * Stop the server of an application that was killed. This is called by the holder of
	 * the lock on the directory, so no other application uses that server.
	 */
	private void stopOrphan(File directory) {
		ServerProcess.find(this.data.resolve("postmaster.pid"), this.data).ifPresent((process) -> {
			logger.info("Stopping PostgreSQL, process {}, which a killed application has left behind",
					process.handle().pid());
			process.stop();
		});
	}

}
