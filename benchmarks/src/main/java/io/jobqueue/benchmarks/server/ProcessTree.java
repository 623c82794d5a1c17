package io.jobqueue.benchmarks.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Processor time of a process and all processes below it, those that have ended included.
 * It is read from {@code /proc}, because {@link ProcessHandle} forgets the ended ones,
 * such as closed connections of PostgreSQL.
 */
public final class ProcessTree {

	/** The unit of times in {@code /proc}, the same on all Linux of today. */
	private static final long NANOS_PER_TICK = 10_000_000;

	/** Fields behind the name of the program: utime, stime, cutime and cstime. */
	private static final int FIRST_TIME = 11;

	private static final int TIMES = 4;

	private final ProcessHandle root;

	/**
	 * Create a view of a process and those below it.
	 * @param root the process
	 */
	public ProcessTree(ProcessHandle root) {
		this.root = root;
	}

	/**
	 * Return the processor time of a server so far.
	 * @param processes its first processes
	 * @return nanoseconds; {@code null} if there are none, or the system does not tell
	 */
	static @Nullable Long cpuNanosOf(List<ProcessHandle> processes) {
		Long sum = null;
		for (ProcessHandle process : processes) {
			Long nanos = new ProcessTree(process).cpuNanos(Set.of());
			if (nanos != null) {
				sum = (sum != null) ? sum + nanos : nanos;
			}
		}
		return sum;
	}

	/**
	 * Return the processor time so far.
	 * @param excluded processes to leave out, with all below them
	 * @return nanoseconds; {@code null} if the system does not tell
	 */
	public @Nullable Long cpuNanos(Set<ProcessHandle> excluded) {
		Set<ProcessHandle> others = new HashSet<>(excluded);
		excluded.forEach((process) -> process.descendants().forEach(others::add));
		long ticks = 0;
		try (Stream<ProcessHandle> processes = Stream.concat(Stream.of(this.root), this.root.descendants())) {
			for (ProcessHandle process : processes.filter((each) -> !others.contains(each)).toList()) {
				ticks += ticks(process);
			}
		}
		catch (IOException ex) {
			return null;
		}
		return ticks * NANOS_PER_TICK;
	}

	private static long ticks(ProcessHandle process) throws IOException {
		Path file = Path.of("/proc", String.valueOf(process.pid()), "stat");
		String line;
		try {
			line = Files.readString(file);
		}
		catch (IOException ex) {
			if (process.isAlive()) {
				throw ex;
			}
			return 0;
		}
		String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
		long ticks = 0;
		for (int i = FIRST_TIME; i < FIRST_TIME + TIMES; i++) {
			ticks += Long.parseLong(fields[i]);
		}
		return ticks;
	}

}
