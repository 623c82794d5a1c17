package io.jobqueue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Enqueue jobs, and wait for them. Every method that enqueues returns only when the store
 * has accepted the job, and throws otherwise.
 * <p>
 * On PostgreSQL an enqueue joins the transaction of the calling thread: the job exists
 * when, and only when, that transaction commits. Without a transaction it is committed on
 * return.
 *
 * <pre class="code">
 * jobs.enqueue(OrderJobs::confirm, new OrderPlaced(order.id()));
 * jobs.job(OrderJobs::invoice, new OrderPlaced(order.id())).in(Duration.ofMinutes(5)).priority(1).enqueue();
 * </pre>
 *
 * All methods that enqueue throw {@link UnknownJobHandlerException} for a handler that
 * this application does not have, {@link JobSerializationException} for arguments that
 * cannot be written as JSON, {@link IllegalArgumentException} for arguments that are too
 * large or too many, and {@link JobStoreException} if the store did not accept the job.
 *
 * @since 0.1.0
 * @see JobTemplate
 */
public interface JobOperations {

	/**
	 * The number of jobs that {@link #enqueueAll(Stream)} sends at once.
	 */
	int CHUNK_SIZE = 1000;

	/**
	 * Start a job with options.
	 * @param target the handler
	 * @param arguments the arguments in the order of the handler's parameters
	 * @return the job, to be enqueued
	 */
	JobSpec job(JobTarget target, @Nullable Object... arguments);

	/**
	 * Enqueue any number of jobs, in chunks of {@value #CHUNK_SIZE} as the stream
	 * delivers them, in constant memory. A chunk is accepted whole or not at all; inside
	 * a transaction that holds for the whole stream. If a chunk is refused, the exception
	 * leaves the chunks before it enqueued unless a transaction rolls them back.
	 * @param requests the jobs, made by {@link JobSpec#request()}; the stream is closed
	 * @return the ids in the order of the stream, in a list that takes a few bytes for a
	 * run of consecutive ids; of unique jobs, the ids of those that hold the keys
	 */
	List<JobId> enqueueAll(Stream<JobRequest> requests);

	/**
	 * Enqueue any number of jobs as {@link #enqueueAll(Stream)} does, and tell what
	 * became of each.
	 * @param requests the jobs, made by {@link JobSpec#request()}; the stream is closed
	 * @param results is told the results in the order of the stream, chunk by chunk
	 */
	void enqueueAll(Stream<JobRequest> requests, Consumer<? super EnqueueResult> results);

	/**
	 * Wait until a job has ended, on whichever node. Of a job that has ended already the
	 * outcome is known as long as it is kept.
	 * <p>
	 * The job must be committed: what the calling thread enqueued in a transaction that
	 * is still open never ends as long as the thread waits. Waiting in a handler keeps
	 * its thread from running jobs, so a pool of such handlers may wait for ever for jobs
	 * of its own queue.
	 * @param id the job
	 * @param timeout how long at most, more than zero
	 * @return how it ended, succeeded or not
	 * @throws JobAwaitTimeoutException if it has not ended by then; the job goes on
	 * @throws JobNotFoundException if there is no such job (yet), or if it ended and
	 * nothing of it is kept
	 * @throws IllegalStateException if the thread is interrupted, or the application
	 * stops
	 */
	JobResult await(JobId id, Duration timeout);

	/**
	 * Return what completes when a job has ended, on whichever node. No thread waits
	 * meanwhile. The future completes on another thread, with a
	 * {@link JobNotFoundException} where {@link #await} throws one. To cancel it ends the
	 * wait and not the job.
	 * @param id the job
	 * @return the future; without a limit, which {@link CompletableFuture#orTimeout} sets
	 */
	CompletableFuture<JobResult> future(JobId id);

	/**
	 * Wait for what the handler of a job returns.
	 * @param <T> the type
	 * @param id the job
	 * @param type the type to read the value as
	 * @param timeout how long at most, more than zero
	 * @return the value; {@code null} if the handler returned nothing, or something too
	 * large to be kept
	 * @throws JobFailedException if the job failed for good
	 * @throws JobCancelledException if the job was cancelled
	 * @throws JobAwaitTimeoutException if it has not ended by then; the job goes on
	 * @throws JobNotFoundException if there is no such job (yet), or if it ended and
	 * nothing of it is kept
	 */
	default <T> @Nullable T await(JobId id, Class<T> type, Duration timeout) {
		return await(id, timeout).as(type);
	}

	/**
	 * Start a job with options, by the name of its handler.
	 * @param handler the name of the handler
	 * @param arguments the arguments in the order of the handler's parameters
	 * @return the job, to be enqueued
	 */
	default JobSpec job(String handler, @Nullable Object... arguments) {
		return job(JobTarget.named(handler), arguments);
	}

	/**
	 * Start a job with options.
	 * @param <T> the type that declares the method
	 * @param method the handler
	 * @return the job, to be enqueued
	 */
	default <T> JobSpec job(JobMethod.Of0<T> method) {
		return job(JobTarget.of(method));
	}

	/**
	 * Start a job with options.
	 * @param <T> the type that declares the method
	 * @param method the handler
	 * @return the job, to be enqueued
	 */
	default <T> JobSpec job(JobMethod.WithContext.Of0<T> method) {
		return job(JobTarget.of(method));
	}

	/**
	 * Start a job with options.
	 * @param <T> the type that declares the method
	 * @param <A> the type of the argument
	 * @param method the handler
	 * @param a the argument
	 * @return the job, to be enqueued
	 */
	default <T, A> JobSpec job(JobMethod.Of1<T, A> method, A a) {
		return job(JobTarget.of(method), a);
	}

	/**
	 * Start a job with options.
	 * @param <T> the type that declares the method
	 * @param <A> the type of the argument
	 * @param method the handler
	 * @param a the argument
	 * @return the job, to be enqueued
	 */
	default <T, A> JobSpec job(JobMethod.WithContext.Of1<T, A> method, A a) {
		return job(JobTarget.of(method), a);
	}

	/**
	 * Start a job with options.
	 * @param <T> the type that declares the method
	 * @param <A> the type of the first argument
	 * @param <B> the type of the second argument
	 * @param method the handler
	 * @param a the first argument
	 * @param b the second argument
	 * @return the job, to be enqueued
	 */
	default <T, A, B> JobSpec job(JobMethod.Of2<T, A, B> method, A a, B b) {
		return job(JobTarget.of(method), a, b);
	}

	/**
	 * Start a job with options.
	 * @param <T> the type that declares the method
	 * @param <A> the type of the first argument
	 * @param <B> the type of the second argument
	 * @param method the handler
	 * @param a the first argument
	 * @param b the second argument
	 * @return the job, to be enqueued
	 */
	default <T, A, B> JobSpec job(JobMethod.WithContext.Of2<T, A, B> method, A a, B b) {
		return job(JobTarget.of(method), a, b);
	}

	/**
	 * Start a job with options.
	 * @param <T> the type that declares the method
	 * @param <A> the type of the first argument
	 * @param <B> the type of the second argument
	 * @param <C> the type of the third argument
	 * @param method the handler
	 * @param a the first argument
	 * @param b the second argument
	 * @param c the third argument
	 * @return the job, to be enqueued
	 */
	default <T, A, B, C> JobSpec job(JobMethod.Of3<T, A, B, C> method, A a, B b, C c) {
		return job(JobTarget.of(method), a, b, c);
	}

	/**
	 * Enqueue a job by the name of its handler.
	 * @param handler the name of the handler
	 * @param arguments the arguments in the order of the handler's parameters
	 * @return the id of the job
	 */
	default JobId enqueue(String handler, @Nullable Object... arguments) {
		return job(handler, arguments).enqueue();
	}

	/**
	 * Enqueue a job.
	 * @param <T> the type that declares the method
	 * @param method the handler
	 * @return the id of the job
	 */
	default <T> JobId enqueue(JobMethod.Of0<T> method) {
		return job(method).enqueue();
	}

	/**
	 * Enqueue a job.
	 * @param <T> the type that declares the method
	 * @param method the handler
	 * @return the id of the job
	 */
	default <T> JobId enqueue(JobMethod.WithContext.Of0<T> method) {
		return job(method).enqueue();
	}

	/**
	 * Enqueue a job.
	 * @param <T> the type that declares the method
	 * @param <A> the type of the argument
	 * @param method the handler
	 * @param a the argument
	 * @return the id of the job
	 */
	default <T, A> JobId enqueue(JobMethod.Of1<T, A> method, A a) {
		return job(method, a).enqueue();
	}

	/**
	 * Enqueue a job.
	 * @param <T> the type that declares the method
	 * @param <A> the type of the argument
	 * @param method the handler
	 * @param a the argument
	 * @return the id of the job
	 */
	default <T, A> JobId enqueue(JobMethod.WithContext.Of1<T, A> method, A a) {
		return job(method, a).enqueue();
	}

	/**
	 * Enqueue a job.
	 * @param <T> the type that declares the method
	 * @param <A> the type of the first argument
	 * @param <B> the type of the second argument
	 * @param method the handler
	 * @param a the first argument
	 * @param b the second argument
	 * @return the id of the job
	 */
	default <T, A, B> JobId enqueue(JobMethod.Of2<T, A, B> method, A a, B b) {
		return job(method, a, b).enqueue();
	}

	/**
	 * Enqueue a job.
	 * @param <T> the type that declares the method
	 * @param <A> the type of the first argument
	 * @param <B> the type of the second argument
	 * @param method the handler
	 * @param a the first argument
	 * @param b the second argument
	 * @return the id of the job
	 */
	default <T, A, B> JobId enqueue(JobMethod.WithContext.Of2<T, A, B> method, A a, B b) {
		return job(method, a, b).enqueue();
	}

	/**
	 * Enqueue a job.
	 * @param <T> the type that declares the method
	 * @param <A> the type of the first argument
	 * @param <B> the type of the second argument
	 * @param <C> the type of the third argument
	 * @param method the handler
	 * @param a the first argument
	 * @param b the second argument
	 * @param c the third argument
	 * @return the id of the job
	 */
	default <T, A, B, C> JobId enqueue(JobMethod.Of3<T, A, B, C> method, A a, B b, C c) {
		return job(method, a, b, c).enqueue();
	}

	/**
	 * Enqueue one job per element, as {@link #enqueueAll(Stream)} does.
	 * @param <T> the type that declares the method
	 * @param <A> the type of the argument
	 * @param method the handler
	 * @param arguments the argument of each job; the stream is closed
	 * @return the ids in the order of the stream
	 */
	default <T, A> List<JobId> enqueueAll(JobMethod.Of1<T, A> method, Stream<? extends A> arguments) {
		return enqueueAll(arguments.map((a) -> job(method, a).request()));
	}

	/**
	 * Enqueue one job per element, as {@link #enqueueAll(Stream)} does.
	 * @param <T> the type that declares the method
	 * @param <A> the type of the argument
	 * @param method the handler
	 * @param arguments the argument of each job; the stream is closed
	 * @return the ids in the order of the stream
	 */
	default <T, A> List<JobId> enqueueAll(JobMethod.WithContext.Of1<T, A> method, Stream<? extends A> arguments) {
		return enqueueAll(arguments.map((a) -> job(method, a).request()));
	}

}
