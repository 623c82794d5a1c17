package io.jobqueue.store.memory;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.jobqueue.EnqueueResult;
import io.jobqueue.JobAdmin;
import io.jobqueue.JobId;
import io.jobqueue.JobLimit;
import io.jobqueue.JobProgress;
import io.jobqueue.JobRecord;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.ExpiredJob;
import io.jobqueue.store.JobEndings;
import io.jobqueue.store.JobStore;
import io.jobqueue.store.NewJob;
import io.jobqueue.store.NodeDescription;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Pulse;
import io.jobqueue.store.RecurringDefinitions;
import io.jobqueue.store.RecurringStore;
import io.jobqueue.store.Rescue;
import io.jobqueue.store.Retention;
import io.jobqueue.store.WakeUps;
import io.jobqueue.store.WorkflowRecords;
import io.jobqueue.store.WorkflowStore;
import io.jobqueue.store.internal.WakeUpListeners;

/**
 * The store that keeps jobs in the memory of this process: for tests and demonstrations
 * only, since nothing survives a restart and no other process sees it.
 * <p>
 * It behaves as the other stores do, except that it knows no transactions: an enqueue
 * takes effect at once, whatever becomes of the caller's transaction.
 * <p>
 * Thread-safe: one lock guards everything, it is held for one verb at a time and never
 * while listeners are called.
 *
 * @since 0.1.0
 */
public final class MemoryJobStore implements JobStore, WakeUps, JobEndings, RecurringStore, WorkflowStore {

	private final Lock lock = new ReentrantLock();

	private final WakeUpListeners wakeUps = new WakeUpListeners();

	private final Clock clock;

	private final MemoryJobs jobs;

	private final MemorySettlement settlement;

	private final MemoryClaims claims;

	private final Map<Long, MemoryNode> nodes = new LinkedHashMap<>();

	private final JobAdmin admin;

	private final RecurringDefinitions recurring;

	private final MemoryWorkflows workflows;

	private long lastNode;

	/**
	 * Create an empty store.
	 * @param clock the clock that decides what is due and who is dead
	 * @param retention how long finished jobs are kept
	 */
	public MemoryJobStore(Clock clock, Retention retention) {
		Assert.notNull(clock, "'clock' must not be null");
		Assert.notNull(retention, "'retention' must not be null");
		this.clock = clock;
		this.jobs = new MemoryJobs(retention);
		this.settlement = new MemorySettlement(this.jobs);
		this.claims = new MemoryClaims(this.jobs);
		this.admin = new MemoryJobAdmin(this, this.jobs);
		this.recurring = new MemoryRecurringDefinitions(this, this.jobs, this.wakeUps);
		this.workflows = new MemoryWorkflows(this, this.jobs, this.wakeUps);
	}

	@Override
	public List<JobId> enqueue(List<NewJob> jobs) {
		return enqueueUnique(jobs).stream().map(EnqueueResult::id).toList();
	}

	@Override
	public List<EnqueueResult> enqueueUnique(List<NewJob> jobs) {
		return atomically((now) -> this.jobs.addUnique(jobs, now));
	}

	@Override
	public Exchange.Result exchange(Exchange exchange) {
		return atomically((now) -> {
			Set<JobId> refused = new LinkedHashSet<>();
			for (Outcome outcome : exchange.outcomes()) {
				if (!this.settlement.settle(outcome, now)) {
					refused.add(outcome.job().id());
				}
			}
			MemoryNode node = this.nodes.get(exchange.node());
			List<ClaimedJob> claimed = (node != null) ? this.claims.claim(exchange.claim(), node, now) : List.of();
			return new Exchange.Result(claimed, refused, Set.of(), false, node != null,
					this.claims.limitedFor(exchange.claim()));
		});
	}

	@Override
	public long register(NodeDescription node) {
		return atomically((now) -> {
			MemoryNode registered = new MemoryNode(++this.lastNode, node, now);
			this.nodes.put(registered.id(), registered);
			return registered.id();
		});
	}

	@Override
	public Pulse heartbeat(long node) {
		return atomically((now) -> {
			MemoryNode alive = this.nodes.get(node);
			if (alive == null) {
				return Pulse.DEAD;
			}
			alive.seen(now);
			return new Pulse(true, alive.cancelled());
		});
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Running jobs burden no claim here, so there is nothing to mark: this only stores
	 * the reports.
	 */
	@Override
	public boolean mark(long node, Collection<ClaimedJob> jobs, Map<JobId, JobProgress> progress) {
		return atomically((now) -> {
			progress.forEach((id, report) -> {
				MemoryJob job = this.jobs.find(id);
				if (job != null && job.isLeasedTo(node)) {
					job.report(report);
				}
			});
			return true;
		});
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * A lease cannot outlive the registration of its node here, so there is none to treat
	 * alike.
	 */
	@Override
	public Rescue rescue(Duration silence) {
		return atomically((now) -> {
			List<MemoryNode> dead = this.nodes.values()
				.stream()
				.filter((node) -> node.isSilentSince(now.minus(silence)))
				.toList();
			List<MemoryJob> abandoned = new ArrayList<>();
			for (MemoryNode node : dead) {
				this.nodes.remove(node.id());
				abandoned.addAll(node.held());
			}
			abandoned.forEach((job) -> this.settlement.abandon(job, now));
			return new Rescue(dead.stream().map(MemoryNode::id).toList(),
					(int) abandoned.stream().filter(MemoryJob::isWaiting).count(),
					abandoned.stream().filter(MemoryJob::isFailed).map(MemoryJob::id).toList());
		});
	}

	@Override
	public void deregister(long node) {
		atomically((now) -> {
			MemoryNode gone = this.nodes.remove(node);
			if (gone != null) {
				gone.held().forEach((job) -> this.settlement.release(job, now));
			}
			return gone;
		});
	}

	@Override
	public long prune() {
		return atomically(this.jobs::prune);
	}

	@Override
	public void configure(Map<String, JobLimit> limits) {
		atomically((now) -> {
			limits.forEach((queue, limit) -> this.jobs.queue(queue).limits().configure(limit, now));
			return null;
		});
	}

	@Override
	public List<ExpiredJob> expire() {
		return atomically((now) -> this.jobs.expire(EXPIRED_AT_ONCE, now));
	}

	@Override
	public Ended look(Collection<JobId> jobs, Collection<JobId> fresh, Duration interest) {
		return atomically((now) -> {
			List<JobRecord> ended = new ArrayList<>();
			Set<JobId> unknown = new LinkedHashSet<>();
			for (JobId id : jobs) {
				MemoryJob job = this.jobs.find(id);
				if (job == null) {
					unknown.add(id);
				}
				else if (job.state().isFinished()) {
					ended.add(job.toRecord());
				}
				else if (fresh.contains(id)) {
					this.jobs.endings().await(id, now.plus(interest));
				}
			}
			return new Ended(ended, unknown);
		});
	}

	@Override
	public JobAdmin admin() {
		return this.admin;
	}

	@Override
	public RecurringDefinitions recurring() {
		return this.recurring;
	}

	@Override
	public WorkflowRecords workflows() {
		return this.workflows;
	}

	@Override
	public Subscription subscribe(Listener listener) {
		return this.wakeUps.subscribe(listener);
	}

	/**
	 * Run one verb under the lock, then tell who has to know.
	 * @param verb what to do, given the time
	 * @return what the verb returned
	 */
	<T extends @Nullable Object> T atomically(Function<Instant, T> verb) {
		T result;
		Map<String, Integer> awakened;
		boolean cancelling;
		List<JobId> ended;
		boolean haveTasksEnded;
		this.lock.lock();
		try {
			result = verb.apply(this.clock.instant());
			awakened = this.jobs.takeAwakened();
			cancelling = this.jobs.takeCancelling();
			ended = this.jobs.endings().take();
			haveTasksEnded = this.workflows.takeEnded();
		}
		finally {
			this.lock.unlock();
		}
		awakened.forEach(this.wakeUps::available);
		if (cancelling) {
			this.wakeUps.cancellationRequested();
		}
		ended.forEach(this.wakeUps::ended);
		if (haveTasksEnded) {
			this.wakeUps.workflowChanged();
		}
		return result;
	}

	@Override
	public String toString() {
		return "memory";
	}

	/**
	 * Return the registered nodes. To be called under the lock.
	 * @return the nodes, oldest first
	 */
	Collection<MemoryNode> nodes() {
		return this.nodes.values();
	}

}
