package io.jobqueue.store;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What is due, and when to look again.
 *
 * @param now the time by the store's clock
 * @param due definitions that are due, those that have been due for longest first
 * @param nextAt when the next one becomes due that is not due yet, or {@code null} if
 * there is none
 * @since 0.1.0
 */
public record RecurringLook(Instant now, List<RecurringDefinition> due, @Nullable Instant nextAt) {
}
