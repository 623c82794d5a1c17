package io.jobqueue.recurring;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.springframework.util.Assert;

import io.jobqueue.interceptor.EnqueuePath;
import io.jobqueue.JobId;
import io.jobqueue.JobNames;
import io.jobqueue.JobRequest;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.metrics.SafeJobMetrics;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.RecurringChange;
import io.jobqueue.store.RecurringDefinition;
import io.jobqueue.store.RecurringDefinitions;
import io.jobqueue.store.RecurringStore;

/**
 * The {@link RecurringJobs} of a store. Thread-safe.
 *
 * @since 0.1.0
 */
public final class RecurringJobTemplate implements RecurringJobs {

	private final JobStore store;

	private final Function<JobRequest, NewJob> preparer;

	private final EnqueuePath enqueuer;

	private final JobMetrics metrics;

	/**
	 * Create a template.
	 * @param store the store; if it is no {@link RecurringStore}, every method throws an
	 * {@link IllegalStateException}
	 * @param preparer completes and checks a request as an enqueue would
	 */
	public RecurringJobTemplate(JobStore store, Function<JobRequest, NewJob> preparer) {
		this(store, preparer, EnqueuePath.STRAIGHT, JobMetrics.NONE);
	}

	/**
	 * Create a template with interceptors and metrics.
	 * @param store the store; if it is no {@link RecurringStore}, every method throws an
	 * {@link IllegalStateException}
	 * @param preparer completes and checks a request as an enqueue would
	 * @param enqueuer takes jobs that somebody triggers to the store
	 * @param metrics what is to be measured
	 */
	public RecurringJobTemplate(JobStore store, Function<JobRequest, NewJob> preparer, EnqueuePath enqueuer,
			JobMetrics metrics) {
		Assert.notNull(store, "'store' must not be null");
		Assert.notNull(preparer, "'preparer' must not be null");
		Assert.notNull(enqueuer, "'enqueuer' must not be null");
		Assert.notNull(metrics, "'metrics' must not be null");
		this.store = store;
		this.preparer = preparer;
		this.enqueuer = enqueuer;
		this.metrics = SafeJobMetrics.of(metrics);
	}

	@Override
	public RecurringJob create(String name, Recurrence recurrence, JobRequest request) {
		NewJob job = prepare(name, request);
		return catalog().create(name, recurrence, job, null)
			.map(RecurringJobTemplate::view)
			.orElseThrow(() -> new IllegalStateException(
					"There is a recurring job '" + name + "' already: change or replace it, or use another name"));
	}

	@Override
	public RecurringJob createOrReplace(String name, Recurrence recurrence, JobRequest request) {
		NewJob job = prepare(name, request);
		return view(catalog().put(name, recurrence, job, null, (old) -> {
			requireNotDeclared(name, old);
			return true;
		}));
	}

	private NewJob prepare(String name, JobRequest request) {
		JobNames.requireValid("name of a recurring job", name);
		Assert.isTrue(request.delay() == null && request.runAt() == null,
				"The job of a recurring job is due at the firing time: it must have neither a delay nor an instant");
		Assert.isTrue(request.deadline() == null || request.deadline().at() == null,
				"Each job of a recurring job has its own deadline: it must be a duration, not an instant");
		return this.preparer.apply(request);
	}

	@Override
	public RecurringJob change(String name, Recurrence recurrence) {
		return catalog().change(name, (content) -> {
			requireNotDeclared(name, content);
			return content.withRecurrence(recurrence);
		}).map(RecurringJobTemplate::view).orElseThrow(() -> unknown(name));
	}

	private static void requireNotDeclared(String name, Content content) {
		Assert.state(content.application() == null, () -> "The recurring job '" + name
				+ "' is declared in the code of application '" + content.application() + "': change it there");
	}

	@Override
	public boolean pause(String name) {
		return catalog().change(name, (content) -> content.withPaused(true)).isPresent();
	}

	@Override
	public boolean resume(String name) {
		return catalog().change(name, (content) -> content.withPaused(false)).isPresent();
	}

	@Override
	public JobId trigger(String name) {
		Catalog catalog = catalog();
		RecurringDefinition definition = catalog.store().find(name).orElseThrow(() -> unknown(name));
		NewJob job = Content.of(definition)
			.job(definition.queue(), new Firing(name, Instant.ofEpochMilli(catalog.now().toEpochMilli())));
		return this.enqueuer.enqueue(List.of(job), (jobs) -> {
			List<JobId> ids = trigger(catalog, name, jobs);
			this.metrics.enqueued(job.queue(), job.handler(), 1);
			this.metrics.fired(job.queue(), job.handler(), 1);
			return ids;
		}).get(0);
	}

	private static List<JobId> trigger(Catalog catalog, String name, List<NewJob> jobs) {
		return catalog.untilDone(name, () -> {
			RecurringDefinition before = catalog.store().find(name).orElseThrow(() -> unknown(name));
			Assert.state(before.queue().equals(jobs.get(0).queue()),
					() -> "The recurring job '" + name + "' has just got another queue: trigger it again");
			RecurringDefinition after = new RecurringDefinition(name, before.queue(), RecurringDefinition.newVersion(),
					before.dueAt(), before.nextAt(), before.lastAt(), before.lastJob(), before.content());
			return Optional
				.ofNullable(catalog.store().fire(List.of(new RecurringChange(before, after, jobs))).get(name));
		});
	}

	@Override
	public boolean delete(String name) {
		RecurringDefinitions definitions = catalog().store();
		return catalog().untilDone(name, () -> {
			Optional<RecurringDefinition> found = definitions.find(name);
			return (found.isEmpty() || definitions.remove(found.get())) ? Optional.of(found.isPresent())
					: Optional.empty();
		});
	}

	@Override
	public Optional<RecurringJob> find(String name) {
		return catalog().store().find(name).map(RecurringJobTemplate::view);
	}

	@Override
	public List<RecurringJob> list() {
		return catalog().store().all().stream().map(RecurringJobTemplate::view).toList();
	}

	private static RecurringJob view(RecurringDefinition definition) {
		Content content = Content.of(definition);
		return new RecurringJob(definition.name(), content.recurrence(), content.handler(), definition.queue(),
				content.application(), content.isPaused(), content.isPaused() ? null : definition.nextAt(),
				definition.lastAt(), definition.lastJob(), content.skippedAt());
	}

	private static IllegalStateException unknown(String name) {
		return new IllegalStateException("There is no recurring job '" + name + "'");
	}

	private Catalog catalog() {
		Assert.state(this.store instanceof RecurringStore,
				() -> "The store " + this.store.getClass().getName() + " keeps no recurring jobs");
		return new Catalog(((RecurringStore) this.store).recurring());
	}

}
