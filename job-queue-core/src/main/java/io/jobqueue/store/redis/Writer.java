package io.jobqueue.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Makes bytes of numbers, most significant first, and texts.
 */
final class Writer {

	private static final int INITIAL_SIZE = 64;

	private byte[] bytes = new byte[INITIAL_SIZE];

	private int size;

	/**
	 * Write a number.
	 * @param value the number
	 * @param length in how many bytes
	 */
	Writer number(long value, int length) {
		reserve(length);
		for (int shift = (length - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
			this.bytes[this.size++] = (byte) (value >>> shift);
		}
		return this;
	}

	/**
	 * Write a text up to the end.
	 */
	Writer text(String text) {
		return bytes(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Write a text after its length.
	 * @param text the text
	 * @param length in how many bytes its length is written
	 */
	Writer text(String text, int length) {
		byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
		return number(encoded.length, length).bytes(encoded);
	}

	Writer bytes(byte[] value) {
		reserve(value.length);
		System.arraycopy(value, 0, this.bytes, this.size, value.length);
		this.size += value.length;
		return this;
	}

	private void reserve(int length) {
		if (this.size + length > this.bytes.length) {
			this.bytes = Arrays.copyOf(this.bytes, Math.max(this.bytes.length * 2, this.size + length));
		}
	}

	byte[] toBytes() {
		return Arrays.copyOf(this.bytes, this.size);
	}

}
