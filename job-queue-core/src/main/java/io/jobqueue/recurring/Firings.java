package io.jobqueue.recurring;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.RecurringChange;
import io.jobqueue.store.RecurringDefinition;
import io.jobqueue.store.RecurringDefinitions;
import io.jobqueue.store.RecurringLook;

/**
 * Fires what is due. Any number of nodes do so at the same time; of each change one of
 * them succeeds. To be called by one thread.
 */
final class Firings {

	private static final Log logger = LogFactory.getLog(Firings.class);

	private static final int AT_ONCE = 200;

	/** When others were faster with everything, there may be more. */
	private static final Duration PAUSE_FOR_OTHERS = Duration.ofMillis(20);

	/** The servers of a cluster do not agree about the time. */
	private static final Duration PAUSE_FOR_CLOCKS = Duration.ofMillis(1);

	private final RecurringDefinitions store;

	private final JobMetrics metrics;

	// Of which it has been told that they cannot be read.
	private final Set<String> unreadable = new HashSet<>();

	Firings(RecurringDefinitions store, JobMetrics metrics) {
		this.store = store;
		this.metrics = metrics;
	}

	/**
	 * Fire some of what is due.
	 * @return how long it takes until more is due, or {@code null} if nobody knows
	 */
	@Nullable Duration fire() {
		RecurringLook look = this.store.look(AT_ONCE);
		List<Planned> planned = plan(look);
		if (planned.isEmpty()) {
			Instant next = look.nextAt();
			return (next != null) ? atLeast(PAUSE_FOR_CLOCKS, Duration.between(look.now(), next)) : null;
		}
		Set<String> fired = fire(planned).keySet();
		return fired.isEmpty() ? PAUSE_FOR_OTHERS : Duration.ZERO;
	}

	private Map<String, List<JobId>> fire(List<Planned> planned) {
		Map<String, List<JobId>> fired = this.store.fire(planned.stream().map(Planned::change).toList());
		if (logger.isDebugEnabled()) {
			logger.debug("Fired " + fired);
		}
		planned.stream().filter((one) -> fired.containsKey(one.name())).forEach((one) -> one.reportTo(this.metrics));
		return fired;
	}

	private static Duration atLeast(Duration least, Duration value) {
		return (value.compareTo(least) < 0) ? least : value;
	}

	private List<Planned> plan(RecurringLook look) {
		List<Due> due = new ArrayList<>();
		for (RecurringDefinition definition : look.due()) {
			try {
				Content content = Content.of(definition);
				due.add(new Due(definition, content, content.recurrence()));
			}
			catch (RuntimeException ex) {
				if (this.unreadable.add(definition.name())) {
					logger.error("This node cannot fire the recurring job '" + definition.name()
							+ "', because it does not understand its definition: " + ex.getMessage());
				}
			}
		}
		Set<JobId> asked = due.stream().map(Due::lastJobThatMatters).flatMap(Set::stream).collect(Collectors.toSet());
		Set<JobId> live = asked.isEmpty() ? Set.of() : this.store.live(asked);
		return due.stream().map((entry) -> entry.plan(look.now(), live)).toList();
	}

	/**
	 * A definition that is due.
	 *
	 * @param definition the definition
	 * @param content its content
	 * @param recurrence when it recurs
	 */
	private record Due(RecurringDefinition definition, Content content, Recurrence recurrence) {

		Set<JobId> lastJobThatMatters() {
			JobId last = this.definition.lastJob();
			return (last != null && this.recurrence.overlap() != Overlap.ALLOW) ? Set.of(last) : Set.of();
		}

		Planned plan(Instant now, Set<JobId> live) {
			boolean isLastLive = lastJobThatMatters().stream().anyMatch(live::contains);
			Plan plan = Plan.of(this.recurrence, this.definition, now, isLastLive);
			String name = this.definition.name();
			String queue = this.definition.queue();
			List<NewJob> jobs = plan.firings()
				.stream()
				.map((at) -> this.content.job(queue, new Firing(name, at)))
				.toList();
			Instant lastAt = jobs.isEmpty() ? this.definition.lastAt() : plan.firings().get(plan.firings().size() - 1);
			String text = (plan.skippedAt() != null) ? this.content.withSkippedAt(plan.skippedAt()).text()
					: this.definition.content();
			return new Planned(plan, this.content.handler(),
					new RecurringChange(this.definition,
							new RecurringDefinition(name, queue, RecurringDefinition.newVersion(), plan.dueAt(),
									plan.nextAt(), lastAt, this.definition.lastJob(), text),
							jobs));
		}

	}

	/**
	 * What is to be done with a definition that is due.
	 *
	 * @param plan what the policies say
	 * @param handler the handler of its jobs
	 * @param change what the store has to do
	 */
	private record Planned(Plan plan, String handler, RecurringChange change) {

		String name() {
			return this.change.before().name();
		}

		void reportTo(JobMetrics metrics) {
			String queue = this.change.before().queue();
			int jobs = this.change.jobs().size();
			if (jobs > 0) {
				metrics.enqueued(queue, this.handler, jobs);
				metrics.fired(queue, this.handler, jobs);
			}
			if (this.plan.isMisfire()) {
				metrics.misfired(queue, this.handler);
			}
			if (this.plan.isOverlap()) {
				metrics.overlapped(queue, this.handler);
			}
		}

	}

}
