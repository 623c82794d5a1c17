package io.jobqueue.client;

import java.util.List;
import java.util.UUID;

import io.jobqueue.Unique;
import io.jobqueue.serialization.JobSerializer;
import io.jobqueue.store.UniqueKey;
import io.jobqueue.JobKeys;

/**
 * Writes unique keys as stores keep them. The first character says what follows, so that
 * no key can be mistaken for another's hash: {@code =} the key itself, {@code #} the hash
 * of a key, {@code *} that of all arguments.
 */
final class UniqueKeys {

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
			return "*" + JobKeys.hash(arguments);
		}
		String text = isSimple(key) ? key.toString() : serializer.writeArguments(List.of(key));
		return JobKeys.isStorable(text) ? "=" + text : "#" + JobKeys.hash(text);
	}

	private static boolean isSimple(Object key) {
		return key instanceof CharSequence || key instanceof Number || key instanceof Boolean
				|| key instanceof Character || key instanceof UUID;
	}

}
