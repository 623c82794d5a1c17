package io.jobqueue.client;

import java.util.Map;

import org.springframework.util.Assert;

/**
 * Checks that what is to be stored with a job has a sensible size. Sizes are those of
 * UTF-8.
 */
final class Sizes {

	static final int MAX_HEADERS = 64;

	static final int MAX_HEADER_BYTES = 8 * 1024;

	private Sizes() {
	}

	static void checkArguments(String handler, String json, int limit) {
		// A char takes three bytes at most, so most texts need not be measured.
		if (json.length() > limit / 3) {
			long size = bytes(json);
			Assert.isTrue(size <= limit,
					() -> "The arguments for the handler '" + handler + "' take " + size
							+ " bytes as JSON, the limit is " + limit
							+ ". Store the document elsewhere and pass a reference to it, or raise the limit");
		}
	}

	static void checkHeaders(Map<String, String> headers) {
		Assert.isTrue(headers.size() <= MAX_HEADERS,
				() -> "A job may have " + MAX_HEADERS + " headers, not " + headers.size());
		long size = 0;
		for (Map.Entry<String, String> header : headers.entrySet()) {
			size += bytes(header.getKey()) + bytes(header.getValue());
		}
		Assert.isTrue(size <= MAX_HEADER_BYTES, "The headers of a job may take " + MAX_HEADER_BYTES
				+ " bytes in all, not " + size + ". Pass larger values as arguments");
	}

	private static long bytes(String text) {
		long bytes = 0;
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			// Each half of a surrogate pair takes two of the four bytes.
			bytes += (c < 0x80) ? 1 : (c < 0x800 || Character.isSurrogate(c)) ? 2 : 3;
		}
		return bytes;
	}

}
