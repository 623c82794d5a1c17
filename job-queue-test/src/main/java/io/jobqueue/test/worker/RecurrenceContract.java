package io.jobqueue.test.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import io.jobqueue.JobExpiredException;
import io.jobqueue.JobFailure;
import io.jobqueue.JobId;
import io.jobqueue.JobState;
import io.jobqueue.client.EnqueueOptions;
import io.jobqueue.client.StoreJobEnqueuer;
import io.jobqueue.client.UnknownHandlers;
import io.jobqueue.handler.JobHandlerRegistry;
import io.jobqueue.interceptor.JobInterceptor;
import io.jobqueue.interceptor.OutgoingJob;
import io.jobqueue.metrics.JobMetrics;
import io.jobqueue.recurring.Firing;
import io.jobqueue.recurring.Recurrence;
import io.jobqueue.recurring.RecurringJob;
import io.jobqueue.recurring.RecurringJobTemplate;
import io.jobqueue.recurring.RecurringJobs;
import io.jobqueue.recurring.RecurringScheduler;
import io.jobqueue.serialization.JacksonJobSerializer;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.RecurringDefinitions;
import io.jobqueue.store.RecurringStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Recurring jobs on real nodes.
 */
abstract class RecurrenceContract extends WorkerContract {

	private static final Recurrence HOURLY = Recurrence.every(Duration.ofHours(1));

	private static final Recurrence DAILY = Recurrence.every(Duration.ofDays(1));

	private final List<RecurringScheduler> schedulers = new ArrayList<>();

	private final Queue<Firing> firings = new ConcurrentLinkedQueue<>();

	@AfterEach
	void stopSchedulers() {
		this.schedulers.forEach(RecurringScheduler::stop);
	}

	@Test
	void declaredJobRunsAtItsTime() {
		startWorker();
		start("shop", Map.of("report", HOURLY));
		RecurringJob job = awaitJob("report");
		assertThat(job.isDeclared()).isTrue();
		assertThat(job.handler()).isEqualTo("report");
		assertThat(job.lastAt()).isNull();
		pass(Duration.ofHours(1));
		eventually(() -> this.firings.size() == 1);
		assertThat(this.firings.peek()).isEqualTo(new Firing("report", lastAt("report")));
		JobId id = find("report").lastJob();
		assertThat(id).isNotNull();
		await(id, JobState.SUCCEEDED);
		assertThat(find("report").nextAt()).isEqualTo(lastAt("report").plus(Duration.ofHours(1)));
	}

	@Test
	void ofManyNodesOneFires() {
		startWorker();
		start("shop", Map.of("report", HOURLY, "cleanup", HOURLY));
		awaitJob("cleanup");
		awaitJob("report");
		start(otherStore(), "shop", Map.of("report", HOURLY, "cleanup", HOURLY));
		start(otherStore(), "mail", Map.of());
		for (int round = 1; round <= 5; round++) {
			pass(Duration.ofHours(1));
			int expected = 2 * round;
			eventually(() -> this.firings.size() >= expected);
			assertThat(this.firings).hasSize(expected);
		}
		awaitCount(JobState.SUCCEEDED, 10);
	}

	@Test
	void jobThatIsCreatedAtRunTimeIsFiredByOtherNodes() {
		node().handle("report", List.of(String.class), (arguments, context) -> {
			this.firings.add(new Firing((String) arguments[0], Firing.of(context).orElseThrow().at()));
			return null;
		}).start();
		start(otherStore(), "shop", Map.of());
		RecurringJob job = jobs(this.store).create("report.acme", HOURLY,
				this.jobs.job("report", "acme").priority(3).header("a", "b").request());
		assertThat(job.isDeclared()).isFalse();
		pass(Duration.ofHours(1));
		eventually(() -> this.firings.size() == 1);
		assertThat(this.firings.peek().name()).isEqualTo("acme");
		JobId id = find("report.acme").lastJob();
		assertThat(id).isNotNull();
		assertThat(get(id).priority()).isEqualTo(3);
		assertThat(get(id).headers()).containsEntry("a", "b").containsEntry(Firing.NAME_HEADER, "report.acme");
	}

	@Test
	void jobsOfFiringsPassInterceptorsAndAreMeasured() {
		RecordingMetrics metrics = new RecordingMetrics();
		StoreJobEnqueuer enqueuer = enqueuer(this.store, new JobInterceptor() {

			@Override
			public void beforeEnqueue(OutgoingJob job) {
				job.header("seen", job.handler() + " of " + Firing.of(job.headers()).orElseThrow().name());
			}

		});
		RecurringScheduler scheduler = new RecurringScheduler(this.store, () -> Map.of("report", HOURLY),
				(handler) -> enqueuer.prepare(this.jobs.job(handler).request()), enqueuer, metrics, "shop", false);
		this.schedulers.add(scheduler);
		scheduler.start();
		awaitJob("report");
		RecurringJobs recurring = new RecurringJobTemplate(this.store, enqueuer::prepare, enqueuer, metrics);
		recurring.create("yearly", Recurrence.every(Duration.ofDays(365)), this.jobs.job("other").request());
		assertThat(get(recurring.trigger("yearly")).headers()).containsEntry("seen", "other of yearly")
			.containsEntry(Firing.NAME_HEADER, "yearly");
		this.fixture.advance(Duration.ofMinutes(75));
		scheduler.stop();
		scheduler.start();
		eventually(() -> find("report").lastJob() != null);
		JobId id = find("report").lastJob();
		assertThat(id).isNotNull();
		assertThat(get(id).headers()).containsEntry("seen", "report of report");
		// The last thing that is measured of a firing, which comes after the store has
		// it.
		eventually(() -> metrics.get("misfired default report") == 1);
		assertThat(metrics.get("fired default report")).isEqualTo(1);
		assertThat(metrics.get("enqueued default report")).isEqualTo(1);
		assertThat(metrics.get("fired default other")).isEqualTo(1);
		assertThat(count(JobState.AVAILABLE)).isEqualTo(2);
	}

	@Test
	void deadlineBeginsWithTheFiringTime() {
		RecurringScheduler scheduler = start("shop", Map.of());
		jobs(this.store).create("report", HOURLY, this.jobs.job("report").deadline(Duration.ofMinutes(10)).request());
		scheduler.stop();
		this.fixture.advance(Duration.ofMinutes(75));
		scheduler.start();
		eventually(() -> find("report").lastJob() != null);
		startWorker();
		JobId id = find("report").lastJob();
		assertThat(id).isNotNull();
		assertThat(await(id, JobState.FAILED).failures()).extracting(JobFailure::type)
			.containsExactly(JobExpiredException.class.getName());
		assertThat(this.firings).isEmpty();
	}

	@Test
	void triggeredJobRunsAtOnce() {
		startWorker();
		RecurringJobs recurring = jobs(this.store);
		recurring.create("report", HOURLY, this.jobs.job("report").request());
		recurring.pause("report");
		JobId id = recurring.trigger("report");
		await(id, JobState.SUCCEEDED);
		assertThat(find("report").lastJob()).isEqualTo(id);
		assertThat(find("report").isPaused()).isTrue();
	}

	@Test
	void jobsAreListedChangedAndDeleted() {
		RecurringJobs recurring = jobs(this.store);
		RecurringJob report = recurring.create("report", HOURLY, this.jobs.job("report").queue("mail").request());
		recurring.create("cleanup", Recurrence.cron("0 0 6 * * *"), this.jobs.job("cleanup").request());
		assertThat(recurring.list()).extracting(RecurringJob::name).containsExactly("cleanup", "report");
		assertThat(recurring.find("report")).contains(report);
		assertThat(report.queue()).isEqualTo("mail");
		RecurringJob changed = recurring.change("report", DAILY);
		assertThat(changed.recurrence()).isEqualTo(DAILY);
		assertThat(changed.nextAt()).isAfter(report.nextAt());
		assertThat(recurring.find("report")).contains(changed);
		RecurringJob moved = recurring.createOrReplace("report", DAILY, this.jobs.job("other").request());
		assertThat(moved.queue()).isEqualTo(QUEUE);
		assertThat(moved.nextAt()).isEqualTo(changed.nextAt());
		assertThat(recurring.list()).hasSize(2).contains(moved);
		assertThat(recurring.delete("report")).isTrue();
		assertThat(recurring.delete("report")).isFalse();
		assertThat(recurring.pause("report")).isFalse();
		assertThat(recurring.list()).extracting(RecurringJob::name).containsExactly("cleanup");
	}

	@Test
	void mistakesAreRefused() {
		RecurringJobs recurring = jobs(this.store);
		recurring.create("report", HOURLY, this.jobs.job("report").request());
		assertThatIllegalStateException()
			.isThrownBy(() -> recurring.create("report", DAILY, this.jobs.job("report").request()))
			.withMessageContaining("'report'");
		assertThatIllegalStateException().isThrownBy(() -> recurring.change("other", DAILY));
		assertThatIllegalStateException().isThrownBy(() -> recurring.trigger("other"));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> recurring.create("a b", DAILY, this.jobs.job("report").request()));
		assertThatIllegalArgumentException().isThrownBy(
				() -> recurring.create("later", DAILY, this.jobs.job("report").in(Duration.ofHours(1)).request()));
		assertThatIllegalArgumentException().isThrownBy(() -> recurring.create("once", DAILY,
				this.jobs.job("report").deadline(this.fixture.now().plus(DAILY.every())).request()));
		assertThat(recurring.list()).hasSize(1);
	}

	@Test
	void whatTheCodeSaysAppliesAtStart() {
		RecurringScheduler first = start("shop", Map.of("report", HOURLY));
		Instant next = awaitJob("report").nextAt();
		RecurringJobs recurring = jobs(this.store);
		assertThatIllegalStateException().isThrownBy(() -> recurring.change("report", DAILY))
			.withMessageContaining("'shop'");
		recurring.pause("report");
		first.stop();
		declareOnce("shop", "report", HOURLY);
		assertThat(find("report").isPaused()).isTrue();
		recurring.resume("report");
		assertThat(find("report").nextAt()).isEqualTo(next);
		start("shop", Map.of("report", DAILY));
		eventually(() -> find("report").recurrence().equals(DAILY));
		assertThat(find("report").nextAt()).isAfter(next);
	}

	@Test
	void deletedJobComesBackAsTheCodeSays() {
		RecurringScheduler scheduler = start("shop", Map.of("report", HOURLY));
		awaitJob("report");
		assertThat(jobs(this.store).delete("report")).isTrue();
		assertThat(jobs(this.store).list()).isEmpty();
		scheduler.stop();
		scheduler.start();
		awaitJob("report");
	}

	@Test
	void whatNoNodeDeclaresAnyMoreIsRetired() {
		declareOnce("shop", "kept", DAILY);
		declareOnce("shop", "removed", DAILY);
		declareOnce("mail", "other", DAILY);
		jobs(this.store).create("run-time", DAILY, this.jobs.job("report").request());
		declareOnce("shop", "first", DAILY);
		assertThat(names()).as("somebody may still declare it").contains("removed");
		this.fixture.advance(Duration.ofMinutes(11));
		start("shop", Map.of("kept", DAILY, "second", DAILY));
		eventually(() -> !names().contains("removed"));
		assertThat(names()).contains("kept", "second", "other", "run-time");
	}

	@Test
	void whatAnotherNodeDeclaresIsNotRetired() {
		declareOnce("shop", "removed", DAILY);
		this.fixture.advance(Duration.ofMinutes(11));
		start("shop", Map.of("removed", DAILY));
		eventually(() -> declarations().declare(List.of(), Duration.ofMinutes(10)).isEmpty());
		RecurringScheduler second = start("shop", Map.of("added", DAILY));
		awaitJob("added");
		// Once it has told what it declares, it has also seen what nobody declares.
		eventually(() -> isDeclared("added"));
		second.stop();
		assertThat(names()).contains("removed");
	}

	private void declareOnce(String application, String name, Recurrence recurrence) {
		declarations().undeclare(List.of(name));
		RecurringScheduler scheduler = start(application, Map.of(name, recurrence));
		eventually(() -> isDeclared(name));
		scheduler.stop();
	}

	private boolean isDeclared(String name) {
		return declarations().declare(List.of(), Duration.ofMillis(-1)).contains(name);
	}

	private RecurringDefinitions declarations() {
		return ((RecurringStore) this.store).recurring();
	}

	private void startWorker() {
		TestNode node = node();
		for (String handler : List.of("report", "cleanup")) {
			node.handle(handler, (arguments, context) -> {
				this.firings.add(Firing.of(context).orElseThrow());
				return null;
			});
		}
		node.start();
	}

	private RecurringScheduler start(String application, Map<String, Recurrence> declared) {
		return start(this.store, application, declared);
	}

	private RecurringScheduler start(JobStore itsStore, String application, Map<String, Recurrence> declared) {
		StoreJobEnqueuer enqueuer = enqueuer(itsStore);
		RecurringScheduler scheduler = new RecurringScheduler(itsStore, () -> declared,
				(handler) -> enqueuer.prepare(this.jobs.job(handler).request()), application, false);
		this.schedulers.add(scheduler);
		scheduler.start();
		return scheduler;
	}

	private static StoreJobEnqueuer enqueuer(JobStore itsStore, JobInterceptor... interceptors) {
		return new StoreJobEnqueuer(itsStore, new JobHandlerRegistry(), new JacksonJobSerializer(new JsonMapper()),
				new EnqueueOptions(MAX_ATTEMPTS, 1024 * 1024, UnknownHandlers.ACCEPT), (text) -> text,
				() -> List.of(interceptors), JobMetrics.NONE);
	}

	private static RecurringJobs jobs(JobStore itsStore) {
		return new RecurringJobTemplate(itsStore, enqueuer(itsStore)::prepare);
	}

	/**
	 * Let time pass, and wake the nodes, which sleep by another clock.
	 */
	private void pass(Duration duration) {
		this.fixture.advance(duration);
		jobs(this.store).createOrReplace("wake-up", DAILY,
				this.jobs.job("nothing").header("at", this.fixture.now().toString()).request());
	}

	private RecurringJob find(String name) {
		return jobs(this.store).find(name).orElseThrow();
	}

	private Instant lastAt(String name) {
		Instant lastAt = find(name).lastAt();
		assertThat(lastAt).isNotNull();
		return lastAt;
	}

	private Set<String> names() {
		return jobs(this.store).list().stream().map(RecurringJob::name).collect(Collectors.toSet());
	}

	private RecurringJob awaitJob(String name) {
		eventually(() -> jobs(this.store).find(name).isPresent());
		return find(name);
	}

}
