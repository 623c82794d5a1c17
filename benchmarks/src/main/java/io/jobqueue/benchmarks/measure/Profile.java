package io.jobqueue.benchmarks.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * A recording of the JDK Flight Recorder over some runs.
 */
public final class Profile implements AutoCloseable {

	private static final String SAMPLE = "jdk.ExecutionSample";

	private static final int SHOWN = 25;

	private final Path file;

	private final Recording recording;

	/**
	 * Start recording.
	 * @param file where the recording is written
	 */
	public Profile(Path file) {
		this.file = file;
		try {
			this.recording = new Recording(Configuration.getConfiguration("profile"));
			this.recording.setDestination(file);
			this.recording.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Stop recording.
	 * @return the methods that were seen running most often, with their share
	 */
	public List<String> stop() {
		this.recording.stop();
		Map<String, Integer> counts = new HashMap<>();
		int all = 0;
		try (RecordingFile events = new RecordingFile(this.file)) {
			while (events.hasMoreEvents()) {
				RecordedEvent event = events.readEvent();
				RecordedStackTrace stack = event.getStackTrace();
				if (event.getEventType().getName().equals(SAMPLE) && stack != null && !stack.getFrames().isEmpty()) {
					RecordedMethod method = stack.getFrames().get(0).getMethod();
					counts.merge(method.getType().getName() + "." + method.getName(), 1, Integer::sum);
					all++;
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		double total = all;
		return counts.entrySet()
			.stream()
			.sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
			.limit(SHOWN)
			.map((entry) -> String.format(Locale.ROOT, "%5.1f %%  %s", 100 * entry.getValue() / total, entry.getKey()))
			.toList();
	}

	@Override
	public void close() {
		this.recording.close();
	}

}
