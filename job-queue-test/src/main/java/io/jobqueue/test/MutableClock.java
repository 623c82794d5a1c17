package io.jobqueue.test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

import org.springframework.util.Assert;

/**
 * A clock that stands still until a test moves it. Thread-safe. A job that is due in an
 * hour is due at once after <pre class="code">
 * clock.advance(Duration.ofHours(1));
 * </pre>
 *
 * @since 0.1.0
 */
public final class MutableClock extends Clock {

	private final Time time;

	private final ZoneId zone;

	/**
	 * Create a clock that stands at the time of the system, in UTC.
	 */
	public MutableClock() {
		this(Clock.systemUTC().instant());
	}

	/**
	 * Create a clock in UTC.
	 * @param start where it stands
	 */
	public MutableClock(Instant start) {
		this(new Time(start), ZoneOffset.UTC);
	}

	private MutableClock(Time time, ZoneId zone) {
		this.time = time;
		this.zone = zone;
	}

	/**
	 * Move this clock forwards.
	 * @param by how far, not negative
	 */
	public void advance(Duration by) {
		Assert.isTrue(!by.isNegative(), () -> "A clock must not be advanced by " + by + ": use set(..) to go back");
		this.time.advance(by);
	}

	/**
	 * Move this clock to an instant, forwards or backwards.
	 * @param instant where it stands from now on
	 */
	public void set(Instant instant) {
		Assert.notNull(instant, "'instant' must not be null");
		this.time.set(instant);
	}

	@Override
	public Instant instant() {
		return this.time.get();
	}

	@Override
	public ZoneId getZone() {
		return this.zone;
	}

	/**
	 * Return a clock that shows the same time in another zone, and moves with this one.
	 */
	@Override
	public Clock withZone(ZoneId other) {
		return new MutableClock(this.time, other);
	}

	/**
	 * What clocks of different zones share.
	 */
	private static final class Time {

		private Instant now;

		Time(Instant now) {
			this.now = now;
		}

		synchronized Instant get() {
			return this.now;
		}

		synchronized void set(Instant instant) {
			this.now = instant;
		}

		synchronized void advance(Duration by) {
			this.now = this.now.plus(by);
		}

	}

}
