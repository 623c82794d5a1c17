package io.jobqueue.recurring;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.LinkedList;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.support.CronExpression;
import org.springframework.util.Assert;

/**
 * Firing times by a cron expression in a time zone.
 * <p>
 * What an expression means when the clocks change depends on its hours. One that names
 * hours, such as {@code 0 30 2 * * *}, means times of the day, each once a day: a time
 * that the clocks leave out fires when they have gone forward, and one that they show
 * twice fires the first time. One for every hour, such as {@code 0 0/15 * * * *}, fires
 * whenever the clocks show such a time.
 * <p>
 * The expression is only asked for times without a zone. With one it leaves out a day
 * whose time does not exist, and in zones whose clocks change by half an hour it returns
 * times that are not after those it was asked for.
 */
final class CronSchedule implements Schedule {

	private static final Pattern EVERY_HOUR = Pattern.compile("@hourly|\\S+\\s+\\S+\\s+(\\*(/1)?|0/1|0-23(/1)?)\\s.*",
			Pattern.CASE_INSENSITIVE);

	private final CronExpression expression;

	private final ZoneRules rules;

	private final boolean isForEveryHour;

	CronSchedule(String expression, ZoneId zone) {
		this.expression = CronExpression.parse(expression);
		this.rules = zone.getRules();
		this.isForEveryHour = EVERY_HOUR.matcher(expression.trim()).matches();
	}

	static void check(String expression, ZoneId zone) {
		Assert.notNull(new CronSchedule(expression, zone).expression.next(LocalDateTime.of(2000, 1, 1, 0, 0)),
				() -> "The cron expression '" + expression + "' never comes true");
	}

	@Override
	public @Nullable Instant first(Instant start) {
		return next(start);
	}

	@Override
	public @Nullable Instant next(Instant known, Instant after) {
		return known.isAfter(after) ? known : next(after);
	}

	private @Nullable Instant next(Instant after) {
		return this.isForEveryHour ? nextByTime(after) : nextByClock(after);
	}

	// Between two changes of the clocks time and clock go together.
	private @Nullable Instant nextByTime(Instant after) {
		Instant from = after;
		ZoneOffset offset = this.rules.getOffset(after);
		while (true) {
			LocalDateTime local = this.expression.next(LocalDateTime.ofInstant(from, offset));
			if (local == null) {
				return null;
			}
			Instant found = local.toInstant(offset);
			ZoneOffsetTransition change = this.rules.nextTransition(from);
			if (change == null || found.isBefore(change.getInstant())) {
				return found;
			}
			// The time of the change itself is to be found.
			from = change.getInstant();
			offset = change.getOffsetAfter();
			LocalDateTime begin = this.expression.next(change.getDateTimeAfter().minusNanos(1));
			if (begin != null && begin.equals(change.getDateTimeAfter())) {
				return from;
			}
		}
	}

	private @Nullable Instant nextByClock(Instant after) {
		LocalDateTime local = LocalDateTime.ofInstant(after, this.rules.getOffset(after));
		Instant found;
		do {
			local = this.expression.next(local);
			if (local == null) {
				return null;
			}
			found = instantOf(local);
		}
		while (!found.isAfter(after));
		return found;
	}

	private Instant instantOf(LocalDateTime local) {
		ZoneOffsetTransition change = this.rules.getTransition(local);
		if (change == null) {
			return local.toInstant(this.rules.getOffset(local));
		}
		return change.isGap() ? change.getInstant() : local.toInstant(change.getOffsetBefore());
	}

	@Override
	public List<Instant> last(Instant known, Instant until, int limit) {
		LinkedList<Instant> found = new LinkedList<>();
		Instant end = until;
		while (found.size() < limit) {
			Instant latest = latest(known, end);
			found.addFirst(latest);
			if (!latest.isAfter(known)) {
				break;
			}
			end = latest.minusNanos(1);
		}
		return found;
	}

	/**
	 * Return the last firing time from a known one up to an instant: by halving, since
	 * there may be millions.
	 */
	private Instant latest(Instant known, Instant until) {
		Instant latest = known;
		long from = known.getEpochSecond();
		// From here on there is none, so that is where the search must not begin.
		long to = until.getEpochSecond() + 1;
		while (from < to) {
			long middle = from + (to - from) / 2;
			Instant next = next(Instant.ofEpochSecond(middle, -1));
			if (next != null && !next.isAfter(until)) {
				if (next.isAfter(latest)) {
					latest = next;
				}
				from = Math.max(middle, next.getEpochSecond()) + 1;
			}
			else {
				to = middle;
			}
		}
		return latest;
	}

}
