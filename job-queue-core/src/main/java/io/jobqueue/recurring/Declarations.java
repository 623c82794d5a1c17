package io.jobqueue.recurring;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.jobqueue.store.NewJob;
import io.jobqueue.store.RecurringDefinition;
import io.jobqueue.store.RecurringDefinitions;

/**
 * What the code of this application declares. A node puts it into the store at start, and
 * then tells regularly that it still declares it. What no node declares any more, neither
 * this one nor others, is retired by a node of the application that declared it.
 * <p>
 * Silence says little when a node has just started, for the store may have been away
 * until then and the others are about to speak. So a longer one is asked for until this
 * node itself has spoken regularly for a while. And whoever seems to be silent because
 * the store's clock has leapt speaks before this node listens for the second time. To be
 * called by one thread.
 */
final class Declarations {

	private static final Log logger = LogFactory.getLog(Declarations.class);

	/** How many are put at once: few enough for a small answer of the store. */
	private static final int AT_ONCE = 500;

	private static final Duration SILENCE = Duration.ofMinutes(1);

	private static final Duration SILENCE_AT_START = Duration.ofMinutes(10);

	private final Catalog catalog;

	private final String application;

	private final Map<String, Recurrence> declared;

	private final Function<String, NewJob> jobs;

	// Who was silent the last time, or null if this node has just started.
	private @Nullable Set<String> silentBefore;

	private boolean isSpeaking;

	private long speakingSince;

	Declarations(Catalog catalog, String application, Map<String, Recurrence> declared, Function<String, NewJob> jobs) {
		this.catalog = catalog;
		this.application = application;
		this.declared = declared;
		this.jobs = jobs;
	}

	/**
	 * Put all declarations into the store. Paused ones stay paused.
	 */
	void putAll() {
		Map<String, Recurrence> some = new HashMap<>();
		this.declared.forEach((name, recurrence) -> {
			some.put(name, recurrence);
			if (some.size() == AT_ONCE) {
				put(some);
				some.clear();
			}
		});
		if (!some.isEmpty()) {
			put(some);
		}
	}

	private void put(Map<String, Recurrence> some) {
		for (RecurringDefinition definition : this.catalog.putAll(some, this.jobs, this.application)) {
			logger.debug("Recurring job '" + definition.name() + "' " + some.get(definition.name()) + ", next at "
					+ definition.nextAt());
		}
	}

	/**
	 * Tell that all declarations still hold, and retire what nobody declares any more.
	 */
	void confirm() {
		try {
			Set<String> silent = this.catalog.store()
				.declare(this.declared.keySet(), isSteady() ? SILENCE : SILENCE_AT_START);
			if (!this.isSpeaking) {
				this.isSpeaking = true;
				this.speakingSince = System.nanoTime();
			}
			Set<String> before = this.silentBefore;
			this.silentBefore = silent;
			retire((before != null) ? silent.stream().filter(before::contains).toList() : silent);
		}
		catch (RuntimeException ex) {
			this.isSpeaking = false;
			throw ex;
		}
	}

	private boolean isSteady() {
		return this.isSpeaking && System.nanoTime() - this.speakingSince >= SILENCE.toNanos();
	}

	private void retire(Collection<String> silent) {
		RecurringDefinitions store = this.catalog.store();
		Set<String> gone = new HashSet<>();
		for (String name : silent) {
			RecurringDefinition definition = store.find(name).orElse(null);
			String owner = (definition != null) ? Content.of(definition).application() : null;
			if (definition == null || owner == null) {
				gone.add(name);
			}
			else if (owner.equals(this.application) && store.remove(definition)) {
				gone.add(name);
				logger.info("Retired the recurring job '" + name
						+ "': no running node of this application declares it any more");
			}
		}
		if (!gone.isEmpty()) {
			store.undeclare(gone);
		}
	}

}
