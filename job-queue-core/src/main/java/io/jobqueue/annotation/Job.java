package io.jobqueue.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

import io.jobqueue.OnDuplicate;
import io.jobqueue.UniqueScope;
import io.jobqueue.recurring.Misfire;
import io.jobqueue.recurring.Overlap;

/**
 * Marks a bean method as the handler of jobs.
 *
 * <pre class="code">
 * &#64;Job("order.confirm")
 * void confirm(OrderPlaced order) { mail.send(order.customer(), "Thank you"); }
 *
 * &#64;Job(name = "order.invoice", queue = "billing", maxAttempts = 5, timeout = "${billing.timeout:30s}")
 * &#64;Transactional
 * Invoice invoice(OrderPlaced order, JobContext job) { return invoices.create(order, job.id()); }
 * </pre>
 *
 * <b>The method</b> may have any visibility and any number of parameters, which are the
 * arguments of the job in their order; generic types are kept. One parameter, at any
 * position, may be a {@link io.jobqueue.JobContext}. What the method returns is recorded
 * as the result of the job. Whatever it throws is a failed attempt, except for the
 * instructions {@link io.jobqueue.RetryJobException},
 * {@link io.jobqueue.SnoozeJobException} and {@link io.jobqueue.DiscardJobException}. A
 * method that is static, takes variable arguments, or returns before its work is done
 * ({@code @Async}, a future or a reactive publisher) is refused at start.
 * <p>
 * <b>The bean</b> may have any scope and may be lazy, in which case the first job creates
 * it. An advised bean is called through its proxy, so its advice applies. A JDK proxy has
 * only the methods of its interfaces: a handler that is not declared in one of them is
 * refused at start.
 * <p>
 * <b>Transactions.</b> With {@code @Transactional}, on the method or the class, and with
 * the transaction manager of the store, the writes of the handler and the completion of
 * the job are committed together or not at all: its effect happens exactly once. Without,
 * a handler holds no transaction and runs at least once, so it should be idempotent. A
 * read-only transaction is left to the handler, for it has nothing to commit.
 * <p>
 * <b>Placeholders.</b> Text attributes may contain <code>${...}</code> placeholders and
 * <code>#{...}</code> expressions; they are resolved once, at start. Settings that are
 * unknown, contradictory or out of range fail at start, with a message that names the
 * method and the remedy.
 * <p>
 * This annotation can be used as a meta-annotation, with {@link AliasFor @AliasFor} for
 * attributes that are to be overridden.
 *
 * @since 0.1.0
 * @see io.jobqueue.JobOperations
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective
public @interface Job {

	/**
	 * The {@link #uniqueKey()} of handlers whose jobs are the same if all of their
	 * arguments are.
	 */
	String ALL_ARGUMENTS = "#arguments";

	/**
	 * Alias of {@link #name()}, so that a name alone can be written as
	 * {@code @Job("order.confirm")}. Excludes {@code name}.
	 * @return the name
	 */
	@AliasFor("name")
	String value() default "";

	/**
	 * The name of the handler, unique in the application. Required. It is stored with
	 * every job and is all that ties a job to its handler, so classes and methods can be
	 * renamed at will, whereas jobs that are waiting under an old name need a handler of
	 * that name. 1 to 128 letters, digits, dots, underscores and dashes. Placeholders are
	 * resolved. Excludes {@code value}.
	 * @return the name
	 */
	@AliasFor("value")
	String name() default "";

	/**
	 * The queue that jobs of this handler go to, unless the enqueue names another. The
	 * default is the queue {@value io.jobqueue.JobNames#DEFAULT_QUEUE}. 1 to 128 letters,
	 * digits, dots, underscores and dashes. Placeholders are resolved.
	 * @return the name of the queue
	 */
	String queue() default "";

	/**
	 * The priority of jobs of this handler within their queue, unless the enqueue sets
	 * another: a number from {@value io.jobqueue.JobRequest#MIN_PRIORITY} to
	 * {@value io.jobqueue.JobRequest#MAX_PRIORITY}; higher runs first. The default is 0.
	 * Placeholders are resolved.
	 * @return the priority, as a number in decimal digits
	 */
	String priority() default "";

	/**
	 * After how many failed attempts a job of this handler fails for good, unless the
	 * enqueue sets another number: from 1, which means no retry, to
	 * {@value io.jobqueue.JobRequest#MAX_ATTEMPTS}. Overrides the configured number of
	 * attempts, which the default of 0 stands for.
	 * @return the number of attempts, the first one included
	 */
	int maxAttempts() default 0;

	/**
	 * The time that one attempt may take, unless the enqueue sets another: at least one
	 * millisecond, as {@code "30s"}, {@code "1h30m"} or {@code "PT30S"}. When it is over,
	 * the attempt has failed and its thread is interrupted. The default is no limit.
	 * Placeholders are resolved.
	 * @return the duration
	 */
	String timeout() default "";

	/**
	 * How long after its due time a job must have been started, unless the enqueue sets
	 * another deadline: at least one millisecond, as {@code "10m"} or {@code "PT10M"}.
	 * One that has not been by then fails as expired and is not run, see
	 * {@link io.jobqueue.JobExpiredException}. The default is no deadline. Placeholders
	 * are resolved.
	 * @return the duration
	 */
	String deadline() default "";

	/**
	 * The delay before the second attempt, as {@code "5s"} or {@code "PT5S"}. Overrides
	 * the configured delay; what is not overridden of the four {@code retry...}
	 * attributes stays as configured, except that {@link #retryMaxDelay()} grows to this
	 * delay if it would be shorter. Placeholders are resolved. Excludes
	 * {@link #retryDelays()} and {@link #retryPolicy()}.
	 * @return the duration
	 */
	String retryDelay() default "";

	/**
	 * How much longer each further delay is: a number, at least 1. Overrides the
	 * configured multiplier. Placeholders are resolved. Excludes {@link #retryDelays()}
	 * and {@link #retryPolicy()}.
	 * @return the multiplier, as a decimal number
	 */
	String retryMultiplier() default "";

	/**
	 * The longest delay, as {@code "1h"} or {@code "PT1H"}; at least
	 * {@link #retryDelay()}, at most 365 days. Overrides the configured longest delay.
	 * Placeholders are resolved. Excludes {@link #retryDelays()} and
	 * {@link #retryPolicy()}.
	 * @return the duration
	 */
	String retryMaxDelay() default "";

	/**
	 * The greatest random change of a delay, as a part of it: a number from 0, which
	 * means none, to 1. Overrides the configured jitter; listed delays have none unless
	 * this says so. Placeholders are resolved. Excludes {@link #retryPolicy()}.
	 * @return the jitter, as a decimal number
	 */
	String retryJitter() default "";

	/**
	 * The delays one by one, as <code>{ "1s", "10s", "5m" }</code>; the last one repeats,
	 * so that a single one makes all delays equal. At most
	 * {@value io.jobqueue.retry.DelayList#MAX_SIZE}, none longer than 365 days. Overrides
	 * the configured delays. Placeholders are resolved. Excludes {@link #retryDelay()},
	 * {@link #retryMultiplier()}, {@link #retryMaxDelay()} and {@link #retryPolicy()}.
	 * @return the durations
	 */
	String[] retryDelays() default {};

	/**
	 * The name of a {@link io.jobqueue.retry.RetryPolicy} bean that decides about the
	 * delays. Overrides the configured policy. Placeholders are resolved. Excludes the
	 * other attributes that set delays; delays that an enqueue sets for one job go before
	 * it.
	 * @return the name of the bean
	 */
	String retryPolicy() default "";

	/**
	 * What is tried again: exceptions of these classes and their subclasses. Everything
	 * else fails the job for good at once, a timeout
	 * ({@link io.jobqueue.worker.JobTimeoutException}) included. An exception that is
	 * named neither here nor by {@link #discardOn()} is judged by its cause, and so on;
	 * of several classes that fit, the nearest to that of the exception decides. The
	 * default is to try everything again. What a handler throws as an instruction, such
	 * as {@link io.jobqueue.RetryJobException}, goes before.
	 * @return the classes
	 */
	Class<? extends Throwable>[] retryOn() default {};

	/**
	 * Whether jobs of this handler are given to the store, unless the enqueue says
	 * otherwise. Those that are not ({@code durable = false}) are ephemeral: they run on
	 * the node that enqueues them, never touch the store, and are lost if the node does
	 * not stop in peace. Excludes {@link #queue()} then.
	 * @return {@code false} for ephemeral jobs
	 */
	boolean durable() default true;

	/**
	 * What makes a job pointless: exceptions of these classes and their subclasses. It
	 * ends as {@link io.jobqueue.JobState#CANCELLED} with the exception kept, as after a
	 * {@link io.jobqueue.DiscardJobException}. Causes and several classes that fit are
	 * treated as for {@link #retryOn()}, which must not name the same class. The default
	 * is none.
	 * @return the classes
	 */
	Class<? extends Throwable>[] discardOn() default {};

	/**
	 * What makes a job of this handler unique, as an expression (SpEL) that is evaluated
	 * with the arguments at every enqueue, unless the enqueue says otherwise: two jobs of
	 * this handler in the same queue, for which it has the same value, are the same. The
	 * arguments are there by the names of the parameters ({@code #order}), by their
	 * positions ({@code #a0} or {@code #p0}, without the {@code JobContext}), and all
	 * together as {@value #ALL_ARGUMENTS}. The value may be a text, a number, or whatever
	 * can be written as JSON, such as a list of several values:
	 * {@code "{#order.customerId, #kind}"}. If it is {@code null}, that job is not
	 * unique. The default is that no job is. Placeholders are not resolved.
	 * @return the expression
	 * @see io.jobqueue.Unique
	 */
	String uniqueKey() default "";

	/**
	 * For how long a job holds its {@link #uniqueKey()}, which has to be set. The default
	 * is until it is finished. {@link UniqueScope#FOR_DURATION} is meant by
	 * {@link #uniqueFor()} and need not be written.
	 * @return the scope
	 */
	UniqueScope uniqueScope() default UniqueScope.UNTIL_FINISHED;

	/**
	 * For how long from its enqueue on a job holds its {@link #uniqueKey()}, which has to
	 * be set: from a millisecond to 365 days, as {@code "10m"} or {@code "PT10M"}.
	 * Placeholders are resolved. Excludes another {@link #uniqueScope()}.
	 * @return the duration
	 */
	String uniqueFor() default "";

	/**
	 * What to do with an enqueue if another job holds the {@link #uniqueKey()}, which has
	 * to be set. The default is to skip it.
	 * @return what to do
	 */
	OnDuplicate onDuplicate() default OnDuplicate.SKIP;

	/**
	 * When a job of this handler is enqueued by itself: a cron expression of six fields,
	 * from seconds to days of the week, or a macro such as {@code @daily}, in the form of
	 * {@link org.springframework.scheduling.support.CronExpression}. Of all nodes one
	 * enqueues it. The handler must have no arguments, apart from a
	 * {@link io.jobqueue.JobContext}, in which {@link io.jobqueue.recurring.Firing} finds
	 * the firing time. The default is not to recur, as is {@code "-"}. Placeholders are
	 * resolved. Excludes {@link #every()}.
	 * @return the cron expression
	 */
	String cron() default "";

	/**
	 * The time zone of {@link #cron()}, as {@code "Europe/Berlin"}. The default is UTC,
	 * whatever the zone of this machine is, because another node may have another one.
	 * Placeholders are resolved.
	 * @return the id of the zone
	 */
	String zone() default "";

	/**
	 * The interval at which a job of this handler is enqueued by itself: from a second to
	 * 3,650 days, as {@code "15m"} or {@code "PT15M"}, counted from when the store first
	 * gets to know it. The rest is as for {@link #cron()}, which it excludes.
	 * @return the duration
	 */
	String every() default "";

	/**
	 * What becomes of firing times that have been missed. By default, one job stands for
	 * all of them.
	 * @return the policy
	 */
	Misfire misfire() default Misfire.ONCE;

	/**
	 * What happens at a firing time when the job of the last one has not ended yet. By
	 * default, another job is enqueued nevertheless.
	 * @return the policy
	 */
	Overlap overlap() default Overlap.ALLOW;

	/**
	 * How many jobs of this handler may run at once on all nodes together, in each queue:
	 * a number, at least 1; with a {@link #concurrencyKey()}, how many of each key. The
	 * default is no limit. Placeholders are resolved.
	 * @return the number in decimal digits
	 */
	String maxConcurrent() default "";

	/**
	 * How many jobs of this handler may start within a time on all nodes together, in
	 * each queue, as {@code "100/s"}, {@code "10/5m"} or {@code "1000/h, burst 50"}; with
	 * a {@link #concurrencyKey()}, how many of each key. The default is no limit.
	 * Placeholders are resolved.
	 * @return the rate
	 * @see io.jobqueue.RateLimit#parse(String)
	 */
	String rateLimit() default "";

	/**
	 * What jobs count together by, as an expression (SpEL) that is evaluated with the
	 * arguments at every enqueue, unless the enqueue sets a key: jobs of one queue for
	 * which it has the same value share the {@link #maxConcurrent()} and the
	 * {@link #rateLimit()}, also those of other handlers. With
	 * {@code maxConcurrent = "1"} they run one after the other in the order of their
	 * priority and arrival. If the value is {@code null}, that job has none of these
	 * limits. The arguments have the names that {@link #uniqueKey()} explains.
	 * Placeholders are not resolved.
	 * @return the expression
	 */
	String concurrencyKey() default "";

	/**
	 * How many jobs of this handler may run at once on all nodes together, in each queue,
	 * whatever their {@link #concurrencyKey()} is, which has to be set: a number, at
	 * least 1. The default is no limit besides that of the key. Placeholders are
	 * resolved.
	 * @return the number in decimal digits
	 */
	String handlerMaxConcurrent() default "";

	/**
	 * How many jobs of this handler may start within a time on all nodes together, in
	 * each queue, whatever their {@link #concurrencyKey()} is, which has to be set; in
	 * the form of {@link #rateLimit()}. The default is no limit besides that of the key.
	 * Placeholders are resolved.
	 * @return the rate
	 */
	String handlerRateLimit() default "";

	/**
	 * Whether the next job of a {@link #concurrencyKey()} may run while one that failed
	 * waits for its next attempt. The default is {@code false}: with
	 * {@code maxConcurrent = "1"} the others wait until it has succeeded or failed for
	 * good, so that none overtakes it. With a higher limit they never wait.
	 * @return {@code true} to let them run
	 */
	boolean releasesKeyOnRetry() default false;

}
