package io.jobqueue.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what {@link Writer} or a script wrote.
 */
final class Reader {

	private final byte[] bytes;

	private int next;

	Reader(byte[] bytes) {
		this.bytes = bytes;
	}

	long number(int length) {
		long value = 0;
		for (int i = 0; i < length; i++) {
			value = value << Byte.SIZE | Byte.toUnsignedLong(this.bytes[this.next++]);
		}
		return value;
	}

	int small(int length) {
		return (int) number(length);
	}

	byte signed() {
		return this.bytes[this.next++];
	}

	/**
	 * Read the rest as a text.
	 */
	String text() {
		return slice(this.bytes.length - this.next);
	}

	/**
	 * Read a text.
	 * @param length in how many bytes its length is written
	 */
	String text(int length) {
		return slice(small(length));
	}

	/**
	 * Read bytes.
	 * @param length in how many bytes their number is written
	 */
	byte[] bytes(int length) {
		int count = small(length);
		this.next += count;
		return Arrays.copyOfRange(this.bytes, this.next - count, this.next);
	}

	boolean hasNext() {
		return this.next < this.bytes.length;
	}

	private String slice(int length) {
		String text = new String(this.bytes, this.next, length, StandardCharsets.UTF_8);
		this.next += length;
		return text;
	}

}
