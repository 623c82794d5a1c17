package io.jobqueue.client;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NearMatches}.
 */
class NearMatchesTests {

	@ParameterizedTest
	@CsvSource({ "kitten, sitting, 3", "'', abc, 3", "abc, '', 3", "same, same, 0", "ab, ba, 2", "flaw, lawn, 2" })
	void distanceIsNumberOfLettersToChange(String from, String to, int distance) {
		assertThat(NearMatches.distance(from, to)).isEqualTo(distance);
	}

	@Test
	void bestThreeComeFirst() {
		assertThat(NearMatches.of("order.confirm",
				List.of("order.confirmed", "invoice", "order.confirn", "Order.Confirm", "order.conform.it", "z")))
			.containsExactly("Order.Confirm", "order.confirn", "order.confirmed");
	}

	@Test
	void namesThatDifferInMostLettersAreNoMatches() {
		assertThat(NearMatches.of("order.confirm", List.of("mail", "xyz"))).isEmpty();
	}

}
