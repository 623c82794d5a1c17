/**
 * {@code @Job} methods: the annotation, and what turns annotated bean methods into
 * handlers.
 */
@NullMarked
package io.jobqueue.annotation;

import org.jspecify.annotations.NullMarked;
