package io.jobqueue.test.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.jobqueue.store.Rescue;
import io.jobqueue.test.chaos.LeaseLog.Lease;
import io.jobqueue.test.chaos.Ledger.Entry;
import io.jobqueue.test.chaos.Ledger.Fate;
import io.jobqueue.test.chaos.Ledger.Job;
import io.jobqueue.test.chaos.Ledger.Run;

/**
 * Holds what the store has accepted against what has become of it.
 */
final class Verdict {

	private final List<String> offences = new ArrayList<>();

	private final ChaosStore store;

	private final Ledger ledger;

	private final Timeline timeline;

	private final ChaosSettings settings;

	private final LeaseLog leases;

	private final Map<Long, List<Job>> jobs;

	private final Map<Long, List<Run>> runs;

	private final Map<Long, Integer> effects;

	private final Map<Long, Integer> orders;

	private int repeated;

	private int abandonments;

	private int abandonmentsByNewcomers;

	private int failedAsAbandoned;

	private int unknown;

	private Duration worstRescue = Duration.ZERO;

	private Duration worstFirst = Duration.ZERO;

	private Duration worstLast = Duration.ZERO;

	private int orphans;

	Verdict(ChaosStore store, Ledger ledger, Timeline timeline, ChaosSettings settings) {
		this.store = store;
		this.ledger = ledger;
		this.timeline = timeline;
		this.settings = settings;
		this.leases = store.readLeaseLog();
		this.jobs = store.jobs();
		this.runs = ledger.runs();
		this.effects = ledger.counts("ledger_effect");
		this.orders = ledger.counts("ledger_order");
	}

	/**
	 * Judge.
	 * @return what was wrong, empty if nothing
	 */
	List<String> judge() {
		for (Entry entry : this.ledger.entries().values()) {
			judge(entry);
		}
		for (Collection<Job> copies : this.jobs.values()) {
			Job job = copies.iterator().next();
			if (!this.ledger.entries().containsKey(job.key())) {
				offend(job.key(), "nobody has asked for it");
			}
		}
		this.timeline.kills().forEach(this::judgeRescue);
		if (this.store.leasesOfDeadNodes() > 0) {
			this.offences.add("There are leases of dead nodes");
		}
		return this.offences;
	}

	private void judge(Entry entry) {
		List<Job> copies = this.jobs.getOrDefault(entry.key(), List.of());
		List<Run> runsOfJob = this.runs.getOrDefault(entry.key(), List.of());
		if (entry.fate() == Fate.UNKNOWN) {
			this.unknown++;
		}
		check(entry, copies.size() <= 1, "exists " + copies.size() + " times");
		check(entry, entry.fate() != Fate.ACCEPTED || copies.size() == 1, "was accepted and is lost");
		check(entry, entry.fate() != Fate.ROLLED_BACK || copies.isEmpty(), "was rolled back and exists");
		check(entry, !entry.hasOrder() || fitsOrder(entry, copies.size()),
				"exists, or not, against the rest of its transaction");
		if (copies.isEmpty()) {
			check(entry, runsOfJob.isEmpty(), "does not exist and has run");
			check(entry, !this.effects.containsKey(entry.key()), "does not exist and has an effect");
			return;
		}
		judge(entry, copies.get(0), runsOfJob);
	}

	// A store that knows no transactions is sent the jobs after the commit. So nobody
	// accepts them if it fails just then; but a job without its order there is never.
	private boolean fitsOrder(Entry entry, int copies) {
		int ordersOfJob = this.orders.getOrDefault(entry.key(), 0);
		return copies == ordersOfJob
				|| (!this.store.isTransactional() && entry.fate() == Fate.UNKNOWN && copies < ordersOfJob);
	}

	private void judge(Entry entry, Job job, List<Run> runsOfJob) {
		boolean isSucceeded = job.state().equals("succeeded");
		List<Lease> abandonedLeases = this.leases.of(job.id()).stream().filter(Lease::isAbandoned).toList();
		if (job.isAbandoned()) {
			this.failedAsAbandoned++;
			check(entry, abandonedLeases.size() >= Rescue.MAX_ABANDONMENTS,
					"failed as abandoned, and only " + abandonedLeases.size() + " nodes died with it");
		}
		else {
			check(entry, isSucceeded == (entry.kind() != JobKind.DOOMED), "is " + job.state());
		}
		abandonedLeases.forEach((lease) -> judgeAbandonment(entry, lease));
		int effect = this.effects.getOrDefault(entry.key(), 0);
		int expected = (entry.kind().isTransactional() && isSucceeded) ? 1 : 0;
		check(entry, effect == expected, "has " + effect + " effects instead of " + expected);
		check(entry, !isSucceeded || runsOfJob.stream().anyMatch(Run::isOk), "succeeded without a run");
		judgeRepetitions(entry, job, runsOfJob);
	}

	/**
	 * Of the runs that were no failed attempts one is what the job has succeeded by. Any
	 * other is a repetition: its node must have lost the lease, and have been hit while
	 * it had it.
	 */
	private void judgeRepetitions(Entry entry, Job job, List<Run> runsOfJob) {
		List<Run> unexplained = new ArrayList<>();
		int uncounted = 0;
		for (int i = 0; i < runsOfJob.size(); i++) {
			Run run = runsOfJob.get(i);
			Instant next = (i + 1 < runsOfJob.size()) ? runsOfJob.get(i + 1).started() : Instant.MAX;
			if (!job.hasFailed(run.started(), next)) {
				uncounted++;
				if (!isExcused(run)) {
					unexplained.add(run);
				}
			}
		}
		this.repeated += Math.max(uncounted - 1, 0);
		unexplained.stream().filter(job::mayHaveSucceededBy).findFirst().ifPresent(unexplained::remove);
		unexplained.forEach((run) -> offend(entry.key(), "was repeated, and nothing had hit " + run.node()));
	}

	private boolean isExcused(Run run) {
		Lease lease = null;
		for (Lease candidate : this.leases.of(run.job())) {
			if (candidate.node().equals(run.node()) && !candidate.from().isAfter(run.started())) {
				lease = candidate;
			}
		}
		return lease != null && lease.isLost() && !this.timeline.hits(lease).isEmpty();
	}

	/**
	 * An outage of the server makes everybody silent, so nobody who has lived through it
	 * takes the silence for death. Who has come since knows nothing of it.
	 */
	private void judgeAbandonment(Entry entry, Lease lease) {
		this.abandonments++;
		List<Timeline.Hit> hits = this.timeline.hits(lease);
		if (hits.stream().anyMatch((hit) -> hit.fault().kind().isolates())) {
			return;
		}
		boolean hasNewcomer = hits.stream().anyMatch((hit) -> this.leases.hasNewcomer(hit.from(), lease.to()));
		this.abandonmentsByNewcomers += hasNewcomer ? 1 : 0;
		check(entry, hasNewcomer, "counts as abandoned by " + lease.node() + ", which only " + hits + " had hit");
	}

	// Only deaths that are followed by nothing else measure the rescue. When its jobs are
	// started again depends on how many orphans there are, because each node takes one of
	// them at a time; so that is reported only.
	private void judgeRescue(Timeline.Kill kill) {
		Instant bound = kill.at().plus(this.settings.rescueBound());
		if (this.timeline.count(kill.at(), kill.at().plus(this.settings.rescueTime()), (kind) -> true) > 1) {
			return;
		}
		List<Instant> restarts = kill.orphans()
			.stream()
			.flatMap((key) -> this.runs.getOrDefault(key, List.of())
				.stream()
				.filter((run) -> run.started().isAfter(kill.at()) && !run.node().equals(kill.node()))
				.map(Run::started)
				.limit(1))
			.sorted()
			.toList();
		if (restarts.isEmpty()) {
			return;
		}
		this.orphans += restarts.size();
		Duration first = Duration.between(kill.at(), restarts.get(0));
		Duration last = Duration.between(kill.at(), restarts.get(restarts.size() - 1));
		this.worstFirst = (first.compareTo(this.worstFirst) > 0) ? first : this.worstFirst;
		this.worstLast = (last.compareTo(this.worstLast) > 0) ? last : this.worstLast;
		Instant rescuedAt = this.leases.forgottenAt(kill.node());
		if (rescuedAt.isAfter(bound)) {
			this.offences
				.add(kill.node() + " died at " + this.timeline.seconds(kill.at()) + " and was not rescued in time");
			return;
		}
		Duration rescue = Duration.between(kill.at(), rescuedAt);
		this.worstRescue = (rescue.compareTo(this.worstRescue) > 0) ? rescue : this.worstRescue;
	}

	private void check(Entry entry, boolean isFine, String offence) {
		if (!isFine) {
			offend(entry.key(), offence);
		}
	}

	private void offend(long key, String offence) {
		StringBuilder text = new StringBuilder("Job with key " + key + " " + offence + ": "
				+ this.ledger.entries().get(key) + " " + this.jobs.get(key));
		for (Run run : this.runs.getOrDefault(key, List.of())) {
			text.append("%n      run on %s from %s to %s: %s".formatted(run.node(),
					this.timeline.seconds(run.started()), this.timeline.seconds(run.finished()), run.outcome()));
		}
		this.offences.add(text.toString());
	}

	@Override
	public String toString() {
		return ("%d enqueued (%d unknown), %d jobs, %d runs, %d effects; faults %s, %d lapses; %d runs repeated,"
				+ " %d abandonments (%d by newcomers after an outage), %d jobs failed as abandoned;"
				+ " %d orphans of undisturbed deaths, available after %d ms at worst, the first of a node restarted"
				+ " after %d ms at worst, the last after %d ms")
			.formatted(this.ledger.entries().size(), this.unknown, this.jobs.size(),
					this.runs.values().stream().mapToInt(List::size).sum(), this.effects.size(), this.timeline.counts(),
					this.leases.lapses(), this.repeated, this.abandonments, this.abandonmentsByNewcomers,
					this.failedAsAbandoned, this.orphans, this.worstRescue.toMillis(), this.worstFirst.toMillis(),
					this.worstLast.toMillis());
	}

}
