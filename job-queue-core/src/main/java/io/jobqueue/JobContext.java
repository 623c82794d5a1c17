package io.jobqueue;

import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a handler may know about the job that it runs: declare a parameter of this type
 * anywhere in a {@code @Job} method. Valid during that one call; thread-safe within it.
 *
 * @since 0.1.0
 */
public interface JobContext {

	/**
	 * Return the id of the job, the same in all its attempts.
	 * @return the id
	 */
	JobId id();

	/**
	 * Return the name of the handler.
	 * @return the name
	 */
	String name();

	/**
	 * Return the queue that the job was taken from.
	 * @return the name of the queue
	 */
	String queue();

	/**
	 * Return which attempt this is.
	 * @return the attempt, from 1; runs that were interrupted by a shutdown and snoozes
	 * are not counted
	 */
	int attempt();

	/**
	 * Return after how many failed attempts the job fails for good.
	 * @return the number of attempts, at least 1
	 */
	int maxAttempts();

	/**
	 * Return when the job was enqueued.
	 * @return the time by the store's clock
	 */
	Instant createdAt();

	/**
	 * Return since when this attempt was due.
	 * @return the time by the store's clock
	 */
	Instant dueAt();

	/**
	 * Return what the enqueuer attached to the job.
	 * @return the headers by name, unmodifiable
	 */
	Map<String, String> headers();

	/**
	 * Return whether it still makes sense to go on. It becomes {@code false}, and the
	 * thread is interrupted, when the job timed out or was cancelled, when this node
	 * shuts down and its time to drain is over, and when this node lost the job. Long
	 * handlers should ask regularly and return soon; what they return then is ignored.
	 * @return {@code false} if the handler should stop
	 */
	boolean isActive();

	/**
	 * Report how far the handler is. Cheap: reports are kept in memory and stored
	 * together about once a second.
	 * @param percent from 0 to 100
	 * @param message what it is doing; {@code null} for nothing to say
	 * @throws IllegalArgumentException if {@code percent} is out of range
	 */
	void progress(int percent, @Nullable String message);

}
