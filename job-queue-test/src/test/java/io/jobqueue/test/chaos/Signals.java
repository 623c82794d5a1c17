package io.jobqueue.test.chaos;

import java.io.IOException;

/**
 * Sends signals to processes that this harness has started.
 */
final class Signals {

	private Signals() {
	}

	static void send(String signal, long pid) {
		try {
			int exit = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor();
			if (exit != 0) {
				throw new IllegalStateException("Process " + pid + " did not get SIG" + signal);
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException("There is no command to send SIG" + signal, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
