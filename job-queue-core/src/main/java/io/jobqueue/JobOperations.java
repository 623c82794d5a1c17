package io.jobqueue;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Enqueue jobs. Every method returns only when the store has accepted the job, and throws
 * otherwise.
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
 * All methods throw {@link UnknownJobHandlerException} for a handler that this
 * application does not have, {@link JobSerializationException} for arguments that cannot
 * be written as JSON, {@link IllegalArgumentException} for arguments that are too large
 * or too many, and {@link JobStoreException} if the store did not accept the job.
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
