package io.jobqueue.test.chaos;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads the commands that a Redis has written down.
 */
final class AppendOnlyFile implements Closeable {

	private final InputStream in;

	AppendOnlyFile(Path file) throws IOException {
		this.in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
	}

	/**
	 * Return the next command.
	 * @return its name and its arguments, or {@code null} if there is no other complete
	 * one
	 */
	byte[][] next() throws IOException {
		try {
			int first = this.in.read();
			if (first < 0) {
				return null;
			}
			if (first != '*') {
				throw new IOException("Not a command: " + (char) first);
			}
			byte[][] command = new byte[number()][];
			for (int i = 0; i < command.length; i++) {
				this.in.read();
				command[i] = this.in.readNBytes(number());
				this.in.skipNBytes(2);
			}
			return command;
		}
		catch (EOFException ex) {
			return null;
		}
	}

	private int number() throws IOException {
		int number = 0;
		for (int next = this.in.read(); next != '\r'; next = this.in.read()) {
			if (next < 0) {
				throw new EOFException();
			}
			number = number * 10 + next - '0';
		}
		this.in.skipNBytes(1);
		return number;
	}

	@Override
	public void close() throws IOException {
		this.in.close();
	}

}
