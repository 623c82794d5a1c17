package io.jobqueue.test.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * The network between one worker and the server, which can be slow, be cut, or swallow
 * what is sent. Two threads per connection.
 */
final class ChaosProxy implements AutoCloseable {

	private static final int BUFFER = 8192;

	private final int target;

	private final ServerSocket socket;

	private final List<Link> links = new CopyOnWriteArrayList<>();

	private volatile long delayNanos;

	private volatile boolean isBlackHole;

	private volatile boolean isRefusing;

	private volatile boolean isLosingAnswer;

	ChaosProxy(int target) throws IOException {
		this.target = target;
		this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		daemon(this::accept, "accept");
	}

	int port() {
		return this.socket.getLocalPort();
	}

	/**
	 * Hold everything back for a while, in both directions.
	 */
	void slow(long nanos) {
		this.delayNanos = nanos;
	}

	/**
	 * Reset all connections and refuse new ones until it is repaired.
	 */
	void cut() {
		this.isRefusing = true;
		this.links.forEach(Link::close);
	}

	/**
	 * Forward nothing any more; nobody is told. What is sent meanwhile arrives when it is
	 * repaired.
	 */
	void blackHole() {
		this.isBlackHole = true;
	}

	/**
	 * Lose the connections that there are for good; nobody is told. New ones are all
	 * right.
	 */
	void loseSilently() {
		this.links.forEach((link) -> link.isLost = true);
	}

	/**
	 * Lose the next thing that the server says, and end that connection.
	 */
	void loseNextAnswer() {
		this.isLosingAnswer = true;
	}

	void repair() {
		this.delayNanos = 0;
		this.isBlackHole = false;
		this.isRefusing = false;
	}

	/**
	 * Reset the connections that were lost, as a keep-alive would in the end.
	 */
	void resetLost() {
		this.links.stream().filter((link) -> link.isLost).forEach(Link::close);
	}

	private void accept() {
		while (!this.socket.isClosed()) {
			try {
				Socket client = this.socket.accept();
				if (this.isRefusing) {
					reset(client);
					continue;
				}
				daemon(() -> connect(client), "connect");
			}
			catch (IOException ex) {
				// Closed, or a client that did not wait.
			}
		}
	}

	private void connect(Socket client) {
		try {
			Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), this.target));
			this.links.add(link);
			daemon(() -> link.pump(client, link.server), "up");
			daemon(() -> link.pump(link.server, client), "down");
		}
		catch (IOException ex) {
			reset(client);
		}
	}

	private static void reset(Socket socket) {
		try {
			socket.setSoLinger(true, 0);
			socket.close();
		}
		catch (IOException ex) {
			// It is gone, which is what was wanted.
		}
	}

	private static void daemon(Runnable task, String name) {
		Thread thread = new Thread(task, "chaos-proxy-" + name);
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
		this.links.forEach(Link::close);
	}

	/**
	 * One connection.
	 */
	private final class Link {

		private static final long CHECK_NANOS = 20_000_000;

		private final Socket client;

		private final Socket server;

		private volatile boolean isLost;

		private volatile boolean isClosed;

		Link(Socket client, Socket server) throws IOException {
			this.client = client;
			this.server = server;
			client.setTcpNoDelay(true);
			server.setTcpNoDelay(true);
		}

		void pump(Socket from, Socket to) {
			byte[] buffer = new byte[BUFFER];
			try {
				InputStream in = from.getInputStream();
				OutputStream out = to.getOutputStream();
				for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
					hold();
					if (from == this.server && ChaosProxy.this.isLosingAnswer) {
						ChaosProxy.this.isLosingAnswer = false;
						end();
						return;
					}
					out.write(buffer, 0, n);
				}
				hold();
			}
			catch (IOException ex) {
				// One side is gone, so the other one goes, too.
			}
			close();
		}

		private void hold() {
			if (ChaosProxy.this.delayNanos > 0) {
				LockSupport.parkNanos(ChaosProxy.this.delayNanos);
			}
			while ((ChaosProxy.this.isBlackHole || this.isLost) && !this.isClosed) {
				LockSupport.parkNanos(CHECK_NANOS);
			}
		}

		// In an orderly way, as a server does that is told to stop.
		private void end() throws IOException {
			this.client.shutdownOutput();
			this.server.close();
		}

		void close() {
			this.isClosed = true;
			ChaosProxy.this.links.remove(this);
			reset(this.client);
			reset(this.server);
		}

	}

}
