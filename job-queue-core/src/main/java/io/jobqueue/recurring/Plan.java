package io.jobqueue.recurring;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.jobqueue.store.RecurringDefinition;

/**
 * What is to be done with a definition that is due. This is where the policies are.
 *
 * @param firings the firing times that get a job now, oldest first
 * @param skippedAt the last firing time that gets none, or {@code null}
 * @param nextAt the next firing time; if it is in the past, it waits for the last job
 * @param dueAt when to look again
 * @param isMisfire whether nobody was there at a firing time
 * @param isOverlap whether a firing time gets no job because the one before has not ended
 */
record Plan(List<Instant> firings, @Nullable Instant skippedAt, @Nullable Instant nextAt, @Nullable Instant dueAt,
		boolean isMisfire, boolean isOverlap) {

	/** How often a firing that waits for the last job looks whether it has ended. */
	private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

	private static final Duration GRACE = Duration.ofSeconds(Recurrence.GRACE_SECONDS);

	/**
	 * Make a plan.
	 * @param recurrence when it recurs
	 * @param definition a definition that is due and not paused
	 * @param now the time by the store's clock
	 * @param isLastLive whether its last job has not ended yet
	 */
	static Plan of(Recurrence recurrence, RecurringDefinition definition, Instant now, boolean isLastLive) {
		Instant firing = definition.nextAt();
		Schedule schedule = recurrence.schedule();
		if (firing == null || firing.isAfter(now)) {
			return new Plan(List.of(), null, firing, firing, false, false);
		}
		boolean queues = recurrence.overlap() == Overlap.QUEUE;
		if (queues && isLastLive) {
			return new Plan(List.of(), null, firing, now.plus(LOOK_AGAIN), false, false);
		}
		// One more, to know whether the others are all.
		int limit = (recurrence.misfire() == Misfire.ALL) ? Recurrence.MAX_MISSED : 1;
		List<Instant> passed = schedule.last(firing, now, limit + 1);
		List<Instant> chosen = passed.subList(Math.max(0, passed.size() - limit), passed.size());
		Instant skippedAt = (passed.size() > limit) ? passed.get(passed.size() - limit - 1) : null;
		Instant next = schedule.next(firing, now);
		boolean hasWaited = queues && !firing.equals(definition.dueAt());
		boolean isMisfire = !hasWaited && isMissed(firing, now);
		if (recurrence.misfire() == Misfire.SKIP && !hasWaited && isMissed(chosen.get(0), now)) {
			return new Plan(List.of(), chosen.get(0), next, next, true, false);
		}
		if (recurrence.overlap() == Overlap.SKIP) {
			List<Instant> first = isLastLive ? List.of() : chosen.subList(0, 1);
			boolean hasCollided = isLastLive || chosen.size() > 1;
			return new Plan(first, hasCollided ? chosen.get(chosen.size() - 1) : skippedAt, next, next, isMisfire,
					hasCollided);
		}
		if (queues && chosen.size() > 1) {
			return new Plan(chosen.subList(0, 1), skippedAt, chosen.get(1), now.plus(LOOK_AGAIN), isMisfire, false);
		}
		return new Plan(chosen, skippedAt, next, next, isMisfire, false);
	}

	private static boolean isMissed(Instant firing, Instant now) {
		return firing.plus(GRACE).isBefore(now);
	}

}
