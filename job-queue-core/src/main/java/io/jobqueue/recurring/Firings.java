package io.jobqueue.recurring;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.interceptor.EnqueuePath;
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
 * <p>
 * If there is something around enqueues, it must not be told of jobs that another node
 * enqueues. So a node then takes the firings for itself first, for some seconds, as a
 * change without jobs, and fires them by a second one. Should it die, or should an
 * interceptor refuse, they are due again when that time is over.
 */
final class Firings {

	private static final Log logger = LogFactory.getLog(Firings.class);

	private static final int AT_ONCE = 200;

	/** When others were faster with everything, there may be more. */
	private static final Duration PAUSE_FOR_OTHERS = Duration.ofMillis(20);

	/** The servers of a cluster do not agree about the time. */
	private static final Duration PAUSE_FOR_CLOCKS = Duration.ofMillis(1);

	/** For how long a node has firings for itself. */
	private static final Duration HOLD = Duration.ofSeconds(5);

	private final RecurringDefinitions store;

	private final EnqueuePath enqueuer;

	private final JobMetrics metrics;

	// Of which it has been told that they cannot be read.
	private final Set<String> unreadable = new HashSet<>();

	// Of which it has been told that they are refused.
	private final Set<String> refused = new HashSet<>();

	Firings(RecurringDefinitions store, EnqueuePath enqueuer, JobMetrics metrics) {
		this.store = store;
		this.enqueuer = enqueuer;
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
		Set<String> changed = this.enqueuer.isIntercepted() ? holdAndFire(planned, look.now().plus(HOLD))
				: fire(planned).keySet();
		return changed.isEmpty() ? PAUSE_FOR_OTHERS : Duration.ZERO;
	}

	private Map<String, List<JobId>> fire(List<Planned> planned) {
		Map<String, List<JobId>> fired = this.store.fire(planned.stream().map(Planned::change).toList());
		if (logger.isDebugEnabled()) {
			logger.debug("Fired " + fired);
		}
		planned.stream().filter((one) -> fired.containsKey(one.name())).forEach((one) -> one.reportTo(this.metrics));
		return fired;
	}

	private Set<String> holdAndFire(List<Planned> planned, Instant until) {
		List<Planned> idle = planned.stream().filter((one) -> one.jobs().isEmpty()).toList();
		List<Held> held = planned.stream()
			.filter((one) -> !one.jobs().isEmpty())
			.map((one) -> Held.of(one, until))
			.toList();
		Set<String> changed = new HashSet<>();
		if (!idle.isEmpty()) {
			changed.addAll(fire(idle).keySet());
		}
		if (!held.isEmpty()) {
			Set<String> mine = this.store.fire(held.stream().map(Held::hold).toList()).keySet();
			changed.addAll(mine);
			List<Planned> due = held.stream().map(Held::planned).filter((one) -> mine.contains(one.name())).toList();
			if (!due.isEmpty()) {
				enqueue(due);
			}
		}
		return changed;
	}

	private void enqueue(List<Planned> planned) {
		AtomicBoolean isPassed = new AtomicBoolean();
		try {
			this.enqueuer.enqueue(planned.stream().flatMap((one) -> one.jobs().stream()).toList(), (jobs) -> {
				isPassed.set(true);
				return enqueue(planned, jobs);
			});
			planned.forEach((one) -> this.refused.remove(one.name()));
		}
		catch (RuntimeException | Error ex) {
			if (isPassed.get()) {
				// What was fired is fired; what was not is due again soon.
				throw ex;
			}
			if (planned.size() > 1) {
				// The others shall not suffer from one of them.
				planned.forEach((one) -> enqueue(List.of(one)));
			}
			else if (this.refused.add(planned.get(0).name())) {
				logger.error(
						"The recurring job '" + planned.get(0).name()
								+ "' is not fired, because an interceptor refuses its job; it is tried until it works",
						ex);
			}
		}
	}

	private List<JobId> enqueue(List<Planned> planned, List<NewJob> jobs) {
		List<Planned> complete = new ArrayList<>(planned.size());
		int first = 0;
		for (Planned one : planned) {
			complete.add(one.withJobs(jobs.subList(first, first + one.jobs().size())));
			first += one.jobs().size();
		}
		Map<String, List<JobId>> fired = fire(complete);
		List<JobId> ids = new ArrayList<>(jobs.size());
		planned.forEach((one) -> ids.addAll(fired.getOrDefault(one.name(), List.of())));
		Assert.state(ids.size() == jobs.size(),
				"A recurring job was changed in the moment in which it was to be fired; it is looked at again");
		return ids;
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

		List<NewJob> jobs() {
			return this.change.jobs();
		}

		Planned withJobs(List<NewJob> jobs) {
			return new Planned(this.plan, this.handler,
					new RecurringChange(this.change.before(), this.change.after(), jobs));
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

	/**
	 * A definition that this node wants for itself before it fires it.
	 *
	 * @param hold what takes it
	 * @param planned what is to be done with it then
	 */
	private record Held(RecurringChange hold, Planned planned) {

		static Held of(Planned planned, Instant until) {
			RecurringDefinition before = planned.change().before();
			RecurringDefinition mine = new RecurringDefinition(before.name(), before.queue(),
					RecurringDefinition.newVersion(), until, before.nextAt(), before.lastAt(), before.lastJob(),
					before.content());
			return new Held(new RecurringChange(before, mine, List.of()), new Planned(planned.plan(), planned.handler(),
					new RecurringChange(mine, planned.change().after(), planned.jobs())));
		}

	}

}
