package io.jobqueue.store.redis;

import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.jobqueue.JobId;
import io.jobqueue.store.Exchange;

/**
 * Settles outcomes and claims jobs. Claims of this process take turns: what a node does
 * not know yet of its leases is then always the answer that was lost. What only settles
 * is sent at once, so that the server finds it when it is done with a claim. Thread-safe.
 */
final class ExchangeCall {

	private final ScriptRunner scripts;

	private final Registry registry;

	private final Nodes nodes;

	private final RedisOptions options;

	private final Consumer<Set<JobId>> onEnd;

	private final ReentrantLock lock = new ReentrantLock();

	/**
	 * Create a call.
	 * @param onEnd told which jobs have ended that somebody waits for, if any
	 */
	ExchangeCall(ScriptRunner scripts, Registry registry, Nodes nodes, RedisOptions options,
			Consumer<Set<JobId>> onEnd) {
		this.scripts = scripts;
		this.registry = registry;
		this.nodes = nodes;
		this.options = options;
		this.onEnd = onEnd;
	}

	Exchange.Result execute(Exchange exchange) {
		if (exchange.claim().isEmpty()) {
			return new ExchangeTurn(exchange, this).perform();
		}
		this.lock.lock();
		try {
			return new ExchangeTurn(exchange, this).perform();
		}
		finally {
			this.lock.unlock();
		}
	}

	void ended(Set<JobId> awaited) {
		this.onEnd.accept(awaited);
	}

	ScriptRunner scripts() {
		return this.scripts;
	}

	Registry registry() {
		return this.registry;
	}

	Nodes nodes() {
		return this.nodes;
	}

	RedisOptions options() {
		return this.options;
	}

}
