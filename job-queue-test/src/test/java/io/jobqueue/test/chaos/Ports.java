package io.jobqueue.test.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that come and go.
 */
final class Ports {

	private static final int FROM = 20_000;

	private static final int TO = 32_000;

	private Ports() {
	}

	/**
	 * Return a free port of those that the system gives to nobody who connects to
	 * somewhere: otherwise somebody else may have it when the server comes back.
	 */
	static int free() {
		while (true) {
			int port = ThreadLocalRandom.current().nextInt(FROM, TO);
			try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
				return socket.getLocalPort();
			}
			catch (IOException ex) {
				// It is not free.
			}
		}
	}

}
