package io.jobqueue.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.jobqueue.JobId;
import io.jobqueue.store.Claim;
import io.jobqueue.store.ClaimedJob;
import io.jobqueue.store.Exchange;
import io.jobqueue.store.Outcome;
import io.jobqueue.store.Retention;

/**
 * One exchange. With one queue it is one script. With several it begins with one script
 * for each, sent together: they settle, and tell who has suspects and who has other jobs.
 * Then those are asked that matter: one after the other where the limit of the claim may
 * be reached, otherwise all together.
 */
final class ExchangeTurn {

	private static final char NO_SUSPECT = 'N';

	private static final char SUSPECT_FIRST = 'Y';

	private static final char ONLY_SUSPECT = 'O';

	private final Exchange exchange;

	private final Claim claim;

	private final List<Claim.Room> rooms;

	private final ExchangeCall call;

	private final Map<String, Outcomes> outcomes = new LinkedHashMap<>();

	private final Set<JobId> refused = new HashSet<>();

	private final List<ClaimedJob> claimed = new ArrayList<>();

	// The node knows of them only when the whole exchange has ended well.
	private final Map<String, Long> leases = new HashMap<>();

	private boolean isContended;

	private @Nullable Duration limitedFor;

	ExchangeTurn(Exchange exchange, ExchangeCall call) {
		this.exchange = exchange;
		this.claim = exchange.claim();
		this.rooms = this.claim.isEmpty() ? List.of() : this.claim.queues();
		this.call = call;
		for (Outcome outcome : exchange.outcomes()) {
			this.outcomes.computeIfAbsent(outcome.job().queue(), (queue) -> new Outcomes()).add(outcome);
		}
	}

	Exchange.Result perform() {
		boolean isOneQueue = this.rooms.size() == 1;
		Map<String, Ask> first = new LinkedHashMap<>();
		Set<String> queues = new LinkedHashSet<>(this.outcomes.keySet());
		this.rooms.forEach((room) -> queues.add(room.queue()));
		queues.forEach((queue) -> first.put(queue, new Ask(queue, 0, NO_SUSPECT, null)));
		if (isOneQueue) {
			Claim.Room room = this.rooms.get(0);
			first.put(room.queue(), ask(room, this.claim.limit()));
		}
		Map<String, ClaimReply> replies = ask(first, true);
		List<String> unknown = this.rooms.stream()
			.map(Claim.Room::queue)
			.filter((queue) -> !reply(replies, queue).isNodeKnown())
			.toList();
		if (!unknown.isEmpty() && !admit(unknown)) {
			return result(false);
		}
		if (isOneQueue) {
			if (!unknown.isEmpty()) {
				ask(first, false);
			}
		}
		else if (!claimSuspect(replies)) {
			claimOthers(replies);
		}
		return result(true);
	}

	private Exchange.Result result(boolean isNodeAlive) {
		this.leases.forEach((queue, lease) -> this.call.nodes().leased(this.exchange.node(), queue, lease));
		return new Exchange.Result(this.claimed, this.refused, Set.of(), this.isContended, isNodeAlive,
				this.limitedFor);
	}

	private static ClaimReply reply(Map<String, ClaimReply> replies, String queue) {
		ClaimReply reply = replies.get(queue);
		if (reply == null) {
			throw new IllegalStateException("Queue " + queue + " was not asked");
		}
		return reply;
	}

	private Ask ask(Claim.Room room, int left) {
		return new Ask(room.queue(), Math.min(room.room(), left), this.claim.suspects() ? SUSPECT_FIRST : NO_SUSPECT,
				room.above());
	}

	// A node claims from a queue only as long as that queue knows it, which a rescue puts
	// an end to. Should the node be declared dead between these two steps, the next
	// rescue finds it.
	private boolean admit(List<String> queues) {
		if (!this.call.nodes().isRegistered(this.exchange.node())) {
			return false;
		}
		// A rescue looks into the queues that have numbers.
		queues.forEach(this.call.registry()::number);
		this.call.scripts().call((session) -> {
			List<ScriptRunner.Call> calls = queues.stream()
				.map((queue) -> session.start(Script.ADMIT, this.call.options().queueKey(queue),
						new Arguments().add(this.exchange.node())))
				.toList();
			calls.forEach(ScriptRunner.Call::await);
			return queues;
		});
		return true;
	}

	private boolean claimSuspect(Map<String, ClaimReply> replies) {
		if (!this.claim.suspects()) {
			return false;
		}
		for (Claim.Room room : this.rooms) {
			if (room.room() > 0 && reply(replies, room.queue()).suspects() > 0) {
				ask(Map.of(room.queue(), new Ask(room.queue(), 1, ONLY_SUSPECT, null)), false);
				if (!this.claimed.isEmpty()) {
					return true;
				}
			}
		}
		return false;
	}

	private void claimOthers(Map<String, ClaimReply> replies) {
		Map<String, Ask> asks = new LinkedHashMap<>();
		long sum = 0;
		for (Claim.Room room : this.rooms) {
			if (room.room() > 0 && reply(replies, room.queue()).hasWork()) {
				asks.put(room.queue(), new Ask(room.queue(), room.room(), NO_SUSPECT, room.above()));
				sum += room.room();
			}
		}
		if (sum <= this.claim.limit()) {
			ask(asks, false);
			return;
		}
		for (Ask ask : asks.values()) {
			int left = this.claim.limit() - this.claimed.size();
			if (left > 0) {
				ask(Map.of(ask.queue(), new Ask(ask.queue(), Math.min(ask.limit(), left), NO_SUSPECT, ask.above())),
						false);
			}
		}
	}

	private Map<String, ClaimReply> ask(Map<String, Ask> asks, boolean isSettling) {
		Map<String, ClaimReply> replies = new LinkedHashMap<>();
		this.call.scripts().call((session) -> {
			Map<String, ScriptRunner.Call> calls = new LinkedHashMap<>();
			asks.forEach((queue, ask) -> calls.put(queue,
					session.start(Script.EXCHANGE, this.call.options().queueKey(queue), arguments(ask, isSettling))));
			calls.forEach((queue, started) -> replies.put(queue,
					ClaimReply.read(started.await(), queue, this.call.registry(), this.exchange.node())));
			return calls;
		});
		replies.forEach(this::take);
		return replies;
	}

	private void take(String queue, ClaimReply reply) {
		this.refused.addAll(reply.refused());
		if (!reply.awaited().isEmpty()) {
			this.call.ended(reply.awaited());
		}
		this.claimed.addAll(reply.claimed());
		this.isContended |= reply.isContended();
		Duration wait = reply.limitedFor();
		if (wait != null && (this.limitedFor == null || wait.compareTo(this.limitedFor) < 0)) {
			this.limitedFor = wait;
		}
		if (reply.lease() > 0) {
			this.leases.put(queue, reply.lease());
		}
	}

	private Arguments arguments(Ask ask, boolean isSettling) {
		Retention retention = this.call.options().retention();
		Long fresh = this.leases.get(ask.queue());
		Long last = (fresh != null) ? fresh : this.call.nodes().lastLease(this.exchange.node(), ask.queue());
		Arguments arguments = new Arguments().add(this.exchange.node())
			.add(ask.limit())
			.add(String.valueOf(ask.suspects()))
			.add(!retention.succeeded().isZero())
			.add(!retention.cancelled().isZero())
			.add((last != null) ? last.toString() : "")
			.add((ask.above() != null) ? ask.above().toString() : "")
			.add(this.claim.excludedHandlers().size());
		this.claim.excludedHandlers().forEach(arguments::add);
		Outcomes settled = this.outcomes.get(ask.queue());
		if (isSettling && settled != null) {
			settled.addTo(arguments, this.call.registry().number(ask.queue()));
		}
		return arguments;
	}

	/**
	 * What is asked of a queue.
	 *
	 * @param queue the queue
	 * @param limit how many jobs at most
	 * @param suspects how suspects are treated
	 * @param above the priority that jobs must be above, or {@code null}
	 */
	private record Ask(String queue, int limit, char suspects, @Nullable Integer above) {
	}

}
