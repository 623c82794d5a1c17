package io.jobqueue.store.redis;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of an intent: what a change of a workflow does in a slot later, written down in
 * the slot of the workflow, so that anybody can do it.
 *
 * @param queue the number of the queue in whose slot it is to be done
 * @param tasks the numbers of the tasks that get jobs by it, as scripts read them
 * @param effects what is to be done, as scripts read it
 */
record Part(int queue, byte[] tasks, List<byte[]> effects) {

	private static final int SHORT = 2;

	private static final int INT = 4;

	static Part of(int queue, Effects effects) {
		return new Part(queue, effects.numbers(), effects.toValues());
	}

	static Part read(byte[] value) {
		Reader reader = new Reader(value);
		int queue = reader.small(SHORT);
		byte[] tasks = reader.bytes(INT);
		List<byte[]> effects = new ArrayList<>();
		while (reader.hasNext()) {
			effects.add(reader.bytes(INT));
		}
		return new Part(queue, tasks, effects);
	}

	byte[] toBytes() {
		Writer writer = new Writer().number(this.queue, SHORT).number(this.tasks.length, INT).bytes(this.tasks);
		this.effects.forEach((value) -> writer.number(value.length, INT).bytes(value));
		return writer.toBytes();
	}

}
