package io.jobqueue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Keys that every store can keep: what is too long, or not fit for a database, is
 * replaced by its digest.
 */
public final class JobKeys {

	/** The greatest length of a key that is kept as it is. */
	public static final int MAX_LENGTH = 256;

	private JobKeys() {
	}

	/**
	 * Return a key for a text.
	 * @param text what jobs have in common
	 * @return the text, or {@code #} and its digest
	 */
	public static String of(String text) {
		return isStorable(text) && !text.isEmpty() ? text : "#" + hash(text);
	}

	/**
	 * Return whether a text can be kept as it is.
	 * @param text the text
	 * @return {@code true} if it is short and no database objects to it
	 */
	public static boolean isStorable(String text) {
		// No database takes the character 0, or half a surrogate pair.
		return text.length() <= MAX_LENGTH && text.indexOf(0) < 0
				&& StandardCharsets.UTF_8.newEncoder().canEncode(text);
	}

	/**
	 * Return the digest of a text.
	 * @param text the text
	 * @return its SHA-256 in 43 letters, digits, dashes and underscores
	 */
	public static String hash(String text) {
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
