package io.jobqueue.autoconfigure.endpoint;

import java.util.HashSet;
import java.util.Set;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of {@link JobQueueEndpoint}.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("management.endpoint.jobqueue")
public class JobQueueEndpointProperties {

	/**
	 * When to show unsanitized arguments, headers and results of jobs.
	 */
	private Show showValues = Show.NEVER;

	/**
	 * Roles used to determine whether a user is authorized to be shown unsanitized
	 * arguments, headers and results of jobs. When empty, all authenticated users are
	 * authorized.
	 */
	private Set<String> roles = new HashSet<>();

	public Show getShowValues() {
		return this.showValues;
	}

	public void setShowValues(Show showValues) {
		this.showValues = showValues;
	}

	public Set<String> getRoles() {
		return this.roles;
	}

	public void setRoles(Set<String> roles) {
		this.roles = roles;
	}

}
