package io.jobqueue.store;

import java.util.List;

/**
 * What a node tells about itself when it registers.
 *
 * @param name what people call it
 * @param queues the queues it takes jobs from
 * @since 0.1.0
 */
public record NodeDescription(String name, List<String> queues) {
}
