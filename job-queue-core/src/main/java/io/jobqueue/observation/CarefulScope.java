package io.jobqueue.observation;

import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * An observation from its start to its stop, on one thread. It never throws: who observes
 * must not change what is observed.
 */
final class CarefulScope {

	private static final Log logger = LogFactory.getLog(CarefulScope.class);

	private Observation observation = Observation.NOOP;

	private Observation.Scope scope = Observation.Scope.NOOP;

	private CarefulScope() {
	}

	static CarefulScope open(Supplier<Observation> observation) {
		CarefulScope opened = new CarefulScope();
		quietly(() -> {
			opened.observation = observation.get();
			opened.observation.start();
			opened.scope = opened.observation.openScope();
		});
		return opened;
	}

	void error(Throwable failure) {
		quietly(() -> this.observation.error(failure));
	}

	void close() {
		quietly(this.scope::close);
		quietly(this.observation::stop);
	}

	private static void quietly(Runnable action) {
		try {
			action.run();
		}
		catch (Throwable ex) {
			logger.warn("The observation of a job failed", ex);
		}
	}

}
