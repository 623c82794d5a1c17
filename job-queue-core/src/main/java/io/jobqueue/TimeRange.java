package io.jobqueue;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A span of time, open at either end if not said otherwise.
 *
 * @param from the earliest instant, inclusive, or {@code null} for any
 * @param before the end, exclusive, or {@code null} for none
 * @since 0.1.0
 */
public record TimeRange(@Nullable Instant from, @Nullable Instant before) {

	/**
	 * All of time.
	 */
	public static final TimeRange ANY = new TimeRange(null, null);

	/**
	 * Create a range.
	 */
	public TimeRange {
		Instant start = from;
		Instant end = before;
		Assert.isTrue(start == null || end == null || !end.isBefore(start),
				() -> "The range ends (" + end + ") before it begins (" + start + ")");
	}

	/**
	 * Return whether this is all of time.
	 * @return {@code true} if neither end is named
	 */
	public boolean isAny() {
		return this.from == null && this.before == null;
	}

	/**
	 * Return whether an instant is in this range.
	 * @param time the instant, or {@code null} if there is none, which is only in the
	 * range of all of time
	 * @return {@code true} if it is
	 */
	public boolean includes(@Nullable Instant time) {
		if (time == null) {
			return isAny();
		}
		return (this.from == null || !time.isBefore(this.from)) && (this.before == null || time.isBefore(this.before));
	}

}
