package io.jobqueue.lifecycle;

import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Starts and stops, one after the other whoever asks for it. An application that stops
 * does not wait for one of its phase before it turns to the next. Thread-safe.
 *
 * @since 0.1.0
 */
public abstract class SerialLifecycle implements SmartLifecycle {

	private final Log logger = LogFactory.getLog(getClass());

	private final String stopThread;

	private final boolean autoStartup;

	// Held from the beginning to the end of a start and of a stop.
	private final ReentrantLock lock = new ReentrantLock();

	/**
	 * Create a lifecycle.
	 * @param stopThread the name of the thread that stops without anybody waiting
	 * @param autoStartup whether to start with the application
	 */
	protected SerialLifecycle(String stopThread, boolean autoStartup) {
		this.stopThread = stopThread;
		this.autoStartup = autoStartup;
	}

	/**
	 * Begin to run; called if it does not.
	 */
	protected abstract void begin();

	/**
	 * Come to an end; called if it runs.
	 */
	protected abstract void end();

	/**
	 * Start. Waits for the end of a stop that is under way, and does nothing if it is
	 * running.
	 */
	@Override
	public void start() {
		this.lock.lock();
		try {
			if (!isRunning()) {
				begin();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Stop, and return when it is done. Does nothing if it is not running.
	 */
	@Override
	public void stop() {
		this.lock.lock();
		try {
			if (isRunning()) {
				end();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void stop(Runnable callback) {
		new Thread(() -> {
			try {
				stop();
			}
			catch (Throwable ex) {
				this.logger.error("It did not stop as it should", ex);
			}
			finally {
				callback.run();
			}
		}, this.stopThread).start();
	}

	@Override
	public boolean isAutoStartup() {
		return this.autoStartup;
	}

}
