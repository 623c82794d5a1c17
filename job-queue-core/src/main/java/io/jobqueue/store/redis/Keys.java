package io.jobqueue.store.redis;

import java.nio.charset.StandardCharsets;

/**
 * Names of keys as they are sent.
 */
final class Keys {

	private Keys() {
	}

	static byte[] bytes(String key) {
		return key.getBytes(StandardCharsets.UTF_8);
	}

	static String text(byte[] key) {
		return new String(key, StandardCharsets.UTF_8);
	}

}
