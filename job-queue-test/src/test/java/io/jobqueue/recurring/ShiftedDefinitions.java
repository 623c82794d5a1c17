package io.jobqueue.recurring;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.RecurringChange;
import io.jobqueue.store.RecurringDefinition;
import io.jobqueue.store.RecurringDefinitions;
import io.jobqueue.store.RecurringLook;
import io.jobqueue.test.store.JobStoreFixture;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The definitions in a store whose clock cannot be set, in a time of the test's own. It
 * goes on as the store's clock does, and leaps when all times of the definitions are
 * moved back. What a store knows of nodes and jobs does not leap.
 */
final class ShiftedDefinitions implements RecurringDefinitions {

	/** As many as a node fires together. */
	private static final int AT_ONCE = 200;

	private final RecurringDefinitions store;

	private final JobStoreFixture fixture;

	// How far this time is ahead of the store's clock, in full milliseconds, to which
	// stores keep times.
	private Duration offset;

	ShiftedDefinitions(RecurringDefinitions store, JobStoreFixture fixture, Instant now) {
		this.store = store;
		this.fixture = fixture;
		this.offset = Duration.ofMillis(Duration.between(fixture.now(), now).toMillis());
	}

	Instant now() {
		return this.fixture.now().plus(this.offset);
	}

	/**
	 * Leap, unless it is that late already.
	 */
	void leapTo(Instant instant) {
		// Stores do not keep all digits.
		Duration by = Duration.ofMillis(Duration.between(now(), instant).toMillis() + 1);
		if (!by.isNegative()) {
			List<RecurringChange> changes = this.store.all()
				.stream()
				.map((one) -> new RecurringChange(one, earlier(one, by), List.of()))
				.toList();
			for (int from = 0; from < changes.size(); from += AT_ONCE) {
				List<RecurringChange> some = changes.subList(from, Math.min(from + AT_ONCE, changes.size()));
				assertThat(this.store.fire(some)).hasSameSizeAs(some);
			}
			this.offset = this.offset.plus(by);
		}
	}

	private static RecurringDefinition earlier(RecurringDefinition it, Duration by) {
		RecurringDefinition shifted = shifted(it, by.negated());
		return new RecurringDefinition(it.name(), it.queue(), RecurringDefinition.newVersion(), shifted.dueAt(),
				shifted.nextAt(), shifted.lastAt(), it.lastJob(), it.content());
	}

	private RecurringDefinition fromStore(RecurringDefinition definition) {
		return shifted(definition, this.offset);
	}

	private RecurringDefinition toStore(RecurringDefinition definition) {
		return shifted(definition, this.offset.negated());
	}

	private static RecurringDefinition shifted(RecurringDefinition it, Duration by) {
		return new RecurringDefinition(it.name(), it.queue(), it.version(), shifted(it.dueAt(), by),
				shifted(it.nextAt(), by), shifted(it.lastAt(), by), it.lastJob(), it.content());
	}

	private static @Nullable Instant shifted(@Nullable Instant instant, Duration by) {
		return (instant != null) ? instant.plus(by) : null;
	}

	@Override
	public RecurringLook look(int limit) {
		RecurringLook look = this.store.look(limit);
		return new RecurringLook(look.now().plus(this.offset), look.due().stream().map(this::fromStore).toList(),
				shifted(look.nextAt(), this.offset));
	}

	@Override
	public Map<String, List<JobId>> fire(List<RecurringChange> changes) {
		return this.store.fire(changes.stream()
			.map((change) -> new RecurringChange(toStore(change.before()), toStore(change.after()),
					change.jobs().stream().map(this::toStore).toList()))
			.toList());
	}

	private NewJob toStore(NewJob job) {
		return new NewJob(job.handler(), job.queue(), job.priority(), job.maxAttempts(), job.arguments(), job.headers(),
				job.delay(), shifted(job.runAt(), this.offset.negated()), job.timeout(), job.backoff());
	}

	@Override
	public Set<String> createAll(Collection<RecurringDefinition> definitions) {
		return this.store.createAll(definitions.stream().map(this::toStore).toList());
	}

	@Override
	public boolean replace(RecurringDefinition before, RecurringDefinition after) {
		return this.store.replace(toStore(before), toStore(after));
	}

	@Override
	public boolean remove(RecurringDefinition definition) {
		return this.store.remove(toStore(definition));
	}

	@Override
	public Map<String, RecurringDefinition> findAll(Collection<String> names) {
		return this.store.findAll(names)
			.values()
			.stream()
			.collect(Collectors.toMap(RecurringDefinition::name, this::fromStore));
	}

	@Override
	public List<RecurringDefinition> all() {
		return this.store.all().stream().map(this::fromStore).toList();
	}

	@Override
	public Set<JobId> live(Collection<JobId> jobs) {
		return this.store.live(jobs);
	}

	@Override
	public Set<String> declare(Collection<String> names, Duration silence) {
		return this.store.declare(names, silence);
	}

	@Override
	public void undeclare(Collection<String> names) {
		this.store.undeclare(names);
	}

}
