package io.jobqueue.store;

import java.util.List;

/**
 * What is to become of a definition, and the jobs that come with it.
 *
 * @param before the definition as it was read
 * @param after the definition as it is to be: the same name and queue, another version
 * @param jobs the jobs to be enqueued, in the queue of the definition; may be empty
 * @since 0.1.0
 */
public record RecurringChange(RecurringDefinition before, RecurringDefinition after, List<NewJob> jobs) {
}
