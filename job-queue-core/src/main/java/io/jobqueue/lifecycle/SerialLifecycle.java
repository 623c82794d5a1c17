package io.jobqueue.worker;

import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Starts and stops, one after the other whoever asks for it. An application that stops
 * does not wait for one worker before it turns to the next.
 */
abstract class WorkerLifecycle implements SmartLifecycle {

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
	WorkerLifecycle(String stopThread, boolean autoStartup) {
		this.stopThread = stopThread;
		this.autoStartup = autoStartup;
	}

	/**
	 * Begin to run; called if it does not.
	 */
	abstract void begin();

	/**
	 * Come to an end; called if it runs.
	 */
	abstract void end();

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
	 * Stop, and return when it is done: at most a second after the shutdown timeout. Does
	 * nothing if it is not running.
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
				this.logger.error("The worker did not stop as it should", ex);
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
