package io.jobqueue.benchmarks.measure;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Figures of several runs.
 */
public final class Statistics {

	private Statistics() {
	}

	/**
	 * Return the value in the middle, or the mean of both.
	 * @param values the values, in any order
	 * @return the median; {@code null} if there are none
	 */
	public static @Nullable Double median(List<Double> values) {
		if (values.isEmpty()) {
			return null;
		}
		List<Double> sorted = values.stream().sorted().toList();
		int middle = sorted.size() / 2;
		return (sorted.size() % 2 == 1) ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
	}

	/**
	 * Return the median of a figure of all samples that have it.
	 * @param samples the samples
	 * @param figure gets the figure
	 * @return the median; {@code null} if no sample has it
	 */
	public static @Nullable Double median(List<Sample> samples, Function<Sample, @Nullable Double> figure) {
		return median(samples.stream().map(figure).filter(Objects::nonNull).map(Double.class::cast).toList());
	}

	/**
	 * Round to a number of significant digits.
	 * @param value the value
	 * @param digits the number of digits
	 * @return the rounded value; {@code null} if there is none
	 */
	public static @Nullable Double round(@Nullable Double value, int digits) {
		if (value == null || value == 0 || value.isNaN() || value.isInfinite()) {
			return value;
		}
		return new java.math.BigDecimal(value).round(new java.math.MathContext(digits)).doubleValue();
	}

}
