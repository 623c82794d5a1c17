package io.jobqueue.autoconfigure;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Conditional;

/**
 * Matches if a store is the one to use.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnJobStoreCondition.class)
@interface ConditionalOnJobStore {

	/**
	 * The store.
	 * @return the store
	 */
	JobStoreType value();

}
