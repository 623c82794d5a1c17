/**
 * What SLF4J is told about the job that a thread runs.
 */
@NullMarked
package io.jobqueue.slf4j;

import org.jspecify.annotations.NullMarked;
