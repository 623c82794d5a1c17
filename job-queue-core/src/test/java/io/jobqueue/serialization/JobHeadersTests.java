package io.jobqueue.serialization;

import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.jobqueue.JobSerializationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link JobHeaders}.
 */
class JobHeadersTests {

	@Test
	void noHeadersAreNoText() {
		assertThat(JobHeaders.write(Map.of())).isNull();
		assertThat(JobHeaders.read(null)).isEmpty();
		assertThat(JobHeaders.read("")).isEmpty();
	}

	@Test
	void headersAreReadBackInOrder() {
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("z", "");
		headers.put("a \"quoted\"", "line\nbreak \\ \u0000");
		headers.put("ünï", "\uD83D\uDE00");
		assertThat(JobHeaders.read(JobHeaders.write(headers))).containsExactlyEntriesOf(headers);
	}

	@Test
	void formIsWhatIsStoredAndMustNotChange() {
		assertThat(JobHeaders.write(Map.of("trace", "a\"b"))).isEqualTo("{\"trace\":\"a\\\"b\"}");
	}

	@Test
	void readHeadersAreUnmodifiable() {
		Map<String, String> headers = JobHeaders.read("{\"a\":\"b\"}");
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> headers.put("c", "d"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "[]", "\"secret\"", "{\"a\":1}", "{\"a\":{\"secret\":\"b\"}}", "{\"a\":\"secret\"",
			"{secret}", "{\"a\":\"secret\"} x", "{\"a\":null}", "null" })
	void otherTextIsRejectedWithoutShowingIt(String text) {
		assertThatExceptionOfType(JobSerializationException.class).isThrownBy(() -> JobHeaders.read(text))
			.withMessage("The stored headers of a job are no JSON object with text values")
			.withNoCause();
	}

}
