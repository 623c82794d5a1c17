package io.jobqueue.test.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import io.jobqueue.JobId;
import io.jobqueue.JobRecord;
import io.jobqueue.JobState;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Rescue;
import io.jobqueue.store.Retention;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A part of the contract: a fresh store with one registered node, and the words in which
 * the tests talk about it.
 * <p>
 * Two kinds of claims: {@link #claim(long, Claim)} is one claim, for jobs that have just
 * been enqueued; {@link #awaitClaims(long, Claim, int)} keeps asking, for jobs that have
 * become available otherwise: a store may take up to its poll interval to notice
 * available jobs with smaller ids than others that it has given away before.
 */
abstract class StoreContract {

	static final String QUEUE = "default";

	static final JobDraft DRAFT = JobDraft.DEFAULT;

	static final Duration RAN = Duration.ofMillis(40);

	static final Duration SILENCE = Duration.ofSeconds(15);

	static final Outcome.Failure FAILURE = new Outcome.Failure("java.lang.IllegalStateException", "No luck",
			"java.lang.IllegalStateException: No luck\n\tat com.example.Orders.place(Orders.java:42)");

	JobStoreFixture fixture;

	JobStore store;

	/** The node of tests that need only one. */
	long node;

	abstract JobStoreFixture createFixture();

	@BeforeEach
	void open() {
		this.fixture = createFixture();
		useStore(Retention.DEFAULT);
	}

	@AfterEach
	void close() {
		this.fixture.close();
	}

	final void useStore(Retention retention) {
		this.store = this.fixture.createStore(retention);
		this.node = register();
	}

	final long register() {
		return this.store.register(new NodeDescription("contract", List.of(QUEUE)));
	}

	JobId enqueue(JobDraft draft) {
		return this.store.enqueue(List.of(draft.job())).get(0);
	}

	List<JobId> enqueue(int count, JobDraft draft) {
		return this.store.enqueue(Collections.nCopies(count, draft.job()));
	}

	/**
	 * Exchange, and settle again what was deferred and claim again what was contended, as
	 * every caller has to.
	 */
	Exchange.Result exchange(long asker, List<Outcome> outcomes, Claim claim) {
		List<ClaimedJob> claimed = new ArrayList<>();
		Set<JobId> refused = new HashSet<>();
		List<Outcome> unsettled = new ArrayList<>(outcomes);
		boolean[] alive = new boolean[1];
		eventually(() -> {
			Exchange.Result result = this.store.exchange(new Exchange(asker, List.copyOf(unsettled), claim));
			claimed.addAll(result.claimed());
			refused.addAll(result.refused());
			unsettled.removeIf((outcome) -> !result.deferred().contains(outcome.job().id()));
			alive[0] = result.isNodeAlive();
			return unsettled.isEmpty() && !(result.isContended() && claimed.isEmpty());
		});
		return new Exchange.Result(claimed, refused, Set.of(), false, alive[0]);
	}

	List<ClaimedJob> claim(long asker, Claim claim) {
		return exchange(asker, List.of(), claim).claimed();
	}

	List<ClaimedJob> claim(int limit) {
		return claim(this.node, Claim.of(QUEUE, limit));
	}

	ClaimedJob claimOne() {
		List<ClaimedJob> claimed = claim(1);
		assertThat(claimed).hasSize(1);
		return claimed.get(0);
	}

	/**
	 * Keep claiming until there are as many jobs as expected.
	 * @return the jobs in the order in which they came
	 */
	List<ClaimedJob> awaitClaims(long asker, Claim claim, int count) {
		List<ClaimedJob> claimed = new ArrayList<>();
		eventually(() -> {
			claimed.addAll(claim(asker, claim));
			return claimed.size() >= count;
		});
		assertThat(claimed).hasSize(count);
		return claimed;
	}

	ClaimedJob awaitClaim(long asker) {
		return awaitClaims(asker, Claim.of(QUEUE, 1), 1).get(0);
	}

	/**
	 * Check that nothing can be claimed. Asks more than once, because a store may look
	 * less closely the first time.
	 */
	void assertNothingToClaim(Claim claim) {
		long asker = register();
		for (int i = 0; i < 3; i++) {
			assertThat(claim(asker, claim)).isEmpty();
		}
		this.store.deregister(asker);
	}

	void assertNothingToClaim() {
		assertNothingToClaim(Claim.of(QUEUE, 100));
	}

	void settle(Outcome... outcomes) {
		assertThat(refused(outcomes)).isEmpty();
	}

	Set<JobId> refused(Outcome... outcomes) {
		return exchange(this.node, List.of(outcomes), Claim.NONE).refused();
	}

	/**
	 * Let all nodes die but some, and rescue their jobs.
	 */
	Rescue rescueAllBut(long... survivors) {
		this.fixture.advance(SILENCE.plusSeconds(1));
		for (long survivor : survivors) {
			this.store.heartbeat(survivor);
		}
		return this.store.rescue(SILENCE);
	}

	JobRecord find(JobId id) {
		return this.store.admin().get(id);
	}

	JobState state(JobId id) {
		return find(id).state();
	}

	static List<JobId> ids(Collection<ClaimedJob> jobs) {
		return jobs.stream().map(ClaimedJob::id).toList();
	}

	static Outcome succeeded(ClaimedJob job) {
		return Outcome.succeeded(job, null, RAN);
	}

	static List<Outcome> succeeded(Collection<ClaimedJob> jobs) {
		return jobs.stream().map(StoreContract::succeeded).toList();
	}

	static Outcome retry(ClaimedJob job, Duration delay) {
		return Outcome.retry(job, delay, FAILURE, RAN);
	}

	static Outcome failed(ClaimedJob job) {
		return Outcome.failed(job, FAILURE, RAN);
	}

	static Outcome cancelled(ClaimedJob job) {
		return Outcome.cancelled(job, null, RAN);
	}

	static void eventually(Callable<Boolean> condition) {
		patiently().until(condition);
	}

	static ConditionFactory patiently() {
		return Awaitility.await()
			.pollInSameThread()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2))
			.atMost(Duration.ofSeconds(60));
	}

}
