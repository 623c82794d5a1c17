package io.jobqueue.workflow;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.jobqueue.handler.Injected;

/**
 * On a parameter of a {@code @Job} method: it gets what another task of the workflow has
 * returned, one that this task waits for, directly or through others.
 *
 * @since 0.1.0
 */
@Documented
@Injected
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface TaskResult {

	/**
	 * Return the name of the task.
	 * @return the name
	 */
	String value();

}
