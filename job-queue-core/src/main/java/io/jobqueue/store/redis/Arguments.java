package io.jobqueue.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments of a script, in order.
 */
final class Arguments {

	private static final byte[] YES = { '1' };

	private static final byte[] NO = { '0' };

	private final List<byte[]> values = new ArrayList<>();

	Arguments add(byte[] value) {
		this.values.add(value);
		return this;
	}

	Arguments add(String value) {
		return add(value.getBytes(StandardCharsets.UTF_8));
	}

	Arguments add(long value) {
		return add(Long.toString(value).getBytes(StandardCharsets.ISO_8859_1));
	}

	Arguments add(boolean value) {
		return add(value ? YES : NO);
	}

	Arguments addAll(List<byte[]> others) {
		this.values.addAll(others);
		return this;
	}

	int size() {
		return this.values.size();
	}

	/**
	 * Return the arguments so far.
	 */
	List<byte[]> values() {
		return List.copyOf(this.values);
	}

	boolean isEmpty() {
		return this.values.isEmpty();
	}

	byte[][] toArray() {
		return this.values.toArray(new byte[0][]);
	}

}
