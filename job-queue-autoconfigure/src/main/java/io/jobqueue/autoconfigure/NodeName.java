package io.jobqueue.autoconfigure;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * What people call this node unless they configure it: the application, the host, the
 * process.
 */
final class NodeName {

	private NodeName() {
	}

	static String of(Environment environment) {
		String application = environment.getProperty("spring.application.name");
		String place = host() + ":" + ProcessHandle.current().pid();
		return StringUtils.hasText(application) ? application + "@" + place : place;
	}

	// A look-up of the own name can take seconds, so what the container or the shell
	// knows goes first.
	private static String host() {
		String host = System.getenv("HOSTNAME");
		if (StringUtils.hasText(host)) {
			return host;
		}
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "localhost";
		}
	}

}
