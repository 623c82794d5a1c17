package io.jobqueue.store.redis;

import io.jobqueue.LimitTarget;

/**
 * What limits were set for, as {@code limit.lua} knows it.
 */
final class LimitFields {

	private static final String QUEUE = "queue";

	private static final String HANDLER = "handler:";

	private static final String KEY = "key:";

	private LimitFields() {
	}

	static String field(LimitTarget target) {
		return switch (target.scope()) {
			case QUEUE -> QUEUE;
			case HANDLER -> HANDLER + target.handler();
			case KEY -> KEY + target.handler();
		};
	}

	static LimitTarget target(String queue, String field) {
		if (field.equals(QUEUE)) {
			return LimitTarget.queue(queue);
		}
		return field.startsWith(HANDLER) ? LimitTarget.handler(queue, field.substring(HANDLER.length()))
				: LimitTarget.keysOf(queue, field.substring(KEY.length()));
	}

}
