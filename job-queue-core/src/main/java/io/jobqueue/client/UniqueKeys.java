package io.jobqueue.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

import io.jobqueue.Unique;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.UniqueKey;

/**
 * Writes unique keys as stores keep them. The first character says what follows, so that
 * no key can be mistaken for another's hash: {@code =} the key itself, {@code #} the hash
 * of a key, {@code *} that of all arguments.
 */
final class UniqueKeys {

	/** Greatest length in characters of what is stored as it is. */
	static final int MAX_LENGTH = 256;

	private UniqueKeys() {
	}

	/**
	 * Write a key.
	 * @param unique what makes the job unique
	 * @param arguments its arguments as JSON
	 * @param serializer writes keys that are no simple values
	 */
	static UniqueKey write(Unique unique, String arguments, JobSerializer serializer) {
		return new UniqueKey(value(unique, arguments, serializer), unique.scope(), unique.duration(),
				unique.onDuplicate());
	}

	private static String value(Unique unique, String arguments, JobSerializer serializer) {
		Object key = unique.key();
		if (key == null) {
			return "*" + hash(arguments);
		}
		String text = isSimple(key) ? key.toString() : serializer.writeArguments(List.of(key));
		return isStorable(text) ? "=" + text : "#" + hash(text);
	}

	private static boolean isSimple(Object key) {
		return key instanceof CharSequence || key instanceof Number || key instanceof Boolean
				|| key instanceof Character || key instanceof UUID;
	}

	// No database takes the character 0, or half a surrogate pair.
	private static boolean isStorable(String text) {
		return text.length() <= MAX_LENGTH && text.indexOf(0) < 0
				&& StandardCharsets.UTF_8.newEncoder().canEncode(text);
	}

	private static String hash(String text) {
		ByteBuffer bytes = ByteBuffer.allocate(text.length() * Character.BYTES);
		bytes.asCharBuffer().put(text);
		try {
			return Base64.getUrlEncoder()
				.withoutPadding()
				.encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
