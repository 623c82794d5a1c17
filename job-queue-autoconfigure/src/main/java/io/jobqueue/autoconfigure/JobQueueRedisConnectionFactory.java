package io.jobqueue.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.annotation.Qualifier;

/**
 * Qualifies the
 * {@link org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory} of
 * the server that keeps the jobs, if it is not the primary one. Declare it as
 * {@code @Bean(defaultCandidate = false)}, so that the rest of the application goes on
 * with the other.
 *
 * <pre class="code">
 * &#64;Bean(defaultCandidate = false)
 * &#64;JobQueueRedisConnectionFactory
 * LettuceConnectionFactory jobsConnectionFactory() { ... }
 * </pre>
 *
 * @since 0.1.0
 */
@Target({ ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Qualifier
public @interface JobQueueRedisConnectionFactory {

}
