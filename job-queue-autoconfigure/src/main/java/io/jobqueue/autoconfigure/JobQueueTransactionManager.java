package io.jobqueue.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.annotation.Qualifier;

/**
 * Qualifies the {@link org.springframework.transaction.PlatformTransactionManager} whose
 * transactions jobs take part in, if it is not the primary one. It has to manage the data
 * source that keeps the jobs. Without it the primary transaction manager is used if it
 * manages that data source, otherwise one that only the job queue knows: then jobs take
 * part in no transaction of the application.
 *
 * @since 0.1.0
 * @see JobQueueDataSource
 */
@Target({ ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Qualifier
public @interface JobQueueTransactionManager {

}
