/**
 * Spring Boot auto-configuration: properties, beans, and what is said when they do not
 * fit.
 */
@NullMarked
package io.jobqueue.autoconfigure;

import org.jspecify.annotations.NullMarked;
