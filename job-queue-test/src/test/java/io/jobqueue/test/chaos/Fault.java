package io.jobqueue.test.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * One entry of the plan.
 *
 * @param kind what is done
 * @param slot which worker it hits, or {@value #ALL}
 * @param pause how long to wait before
 * @param duration how long it lasts
 */
record Fault(Kind kind, int slot, Duration pause, Duration duration) {

	static final int ALL = -1;

	private static final Duration SHORT = Duration.ofMinutes(1);

	/**
	 * Plan faults that take a time together. The last one is the death of a worker, so
	 * that there is one which nothing disturbs.
	 */
	static List<Fault> plan(long seed, ChaosSettings settings, List<Kind> possible, Duration total) {
		Random random = new Random(seed);
		List<Fault> plan = new ArrayList<>();
		Duration left = total;
		List<Kind> kinds = new ArrayList<>();
		while (!left.isNegative()) {
			if (kinds.isEmpty()) {
				kinds.addAll(possible);
			}
			Fault fault = next(kinds.remove(random.nextInt(kinds.size())), settings, random);
			plan.add(fault);
			left = left.minus(fault.pause).minus(fault.duration);
		}
		if (total.compareTo(SHORT) < 0) {
			// A connection that is lost without a word is given up after half a minute.
			plan.sort(Comparator.comparing((fault) -> fault.kind != Kind.LOSE));
		}
		plan.add(new Fault(Kind.KILL, random.nextInt(settings.workers()), settings.deadAfter(),
				settings.rescueTime().plusSeconds(1)));
		return plan;
	}

	private static Fault next(Kind kind, ChaosSettings settings, Random random) {
		long dead = settings.deadAfter().toMillis();
		int slot = (kind.isOutage() || (kind.canBeForAll() && random.nextInt(4) == 0)) ? ALL
				: random.nextInt(settings.workers());
		long millis = switch (kind) {
			case KILL -> random.nextBoolean() ? settings.rescueTime().toMillis() : between(random, 500, dead * 2);
			case FREEZE -> settings.rescueTime().toMillis() + between(random, 1000, dead + 1000);
			case STOP_FAST, STOP_IMMEDIATELY, HANG ->
				between(random, 100, random.nextBoolean() ? dead / 2 : dead * 3 / 2);
			case TERMINATE -> 100;
			case SLOW -> between(random, 1000, dead);
			case CUT, BLACK_HOLE, LOSE -> between(random, 200, dead * 3 / 2);
		};
		return new Fault(kind, slot, Duration.ofMillis(between(random, 300, dead * 2 / 3)), Duration.ofMillis(millis));
	}

	private static long between(Random random, long from, long to) {
		return from + (long) (random.nextDouble() * (to - from));
	}

	@Override
	public String toString() {
		return this.kind + ((this.slot == ALL) ? " all" : " w" + this.slot) + " for " + this.duration.toMillis()
				+ " ms";
	}

	/**
	 * What can happen.
	 */
	enum Kind {

		/** SIGKILL; replaced at the end of the duration. */
		KILL,

		/** SIGSTOP, and SIGCONT when it has been declared dead. */
		FREEZE,

		/** The server is stopped with its open transactions rolled back. */
		STOP_FAST,

		/** The server is stopped as if it had crashed. */
		STOP_IMMEDIATELY,

		/** SIGSTOP of the server, and SIGCONT. */
		HANG,

		/** The server ends the connections of workers, and some of the producer's. */
		TERMINATE,

		/** Everything takes longer on the network. */
		SLOW,

		/** The network resets all connections and accepts none. */
		CUT,

		/** The network swallows everything, and delivers it late. */
		BLACK_HOLE,

		/** The network forgets connections without telling, and accepts new ones. */
		LOSE;

		boolean canBeForAll() {
			return this != FREEZE && this != LOSE;
		}

		/**
		 * Return whether it makes others believe that a node is dead.
		 */
		boolean isolates() {
			return this == KILL || this == FREEZE || this == CUT || this == BLACK_HOLE || this == LOSE;
		}

		/**
		 * Return whether it keeps all nodes from the server because that is not there, or
		 * does not answer.
		 */
		boolean isOutage() {
			return this == STOP_FAST || this == STOP_IMMEDIATELY || this == HANG;
		}

	}

}
