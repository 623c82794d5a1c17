package io.jobqueue;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What is kept of one failed attempt. Texts are bounded when they are recorded; a job
 * keeps its last 10 failures.
 *
 * @param attempt the attempt that failed, from 1; the last counted attempt for a failure
 * that is none, such as an abandonment
 * @param at the time of the failure by the store's clock
 * @param type the class name of what was thrown
 * @param message its message, if it has one
 * @param stackTrace its stack trace, possibly cut; empty if there is none
 * @since 0.1.0
 */
public record JobFailure(int attempt, Instant at, String type, @Nullable String message, String stackTrace) {
}
