package io.jobqueue.benchmarks.engine.node;

import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * URLs as Node.js knows them.
 */
final class NodeUrls {

	private static final String JDBC = "jdbc:";

	private NodeUrls() {
	}

	/**
	 * Return the URL of a server for Node.js.
	 * @param url a JDBC URL with the user among its parameters, or any other
	 */
	static String of(String url) {
		if (!url.startsWith(JDBC)) {
			return url;
		}
		URI uri = URI.create(url.substring(JDBC.length()));
		String query = (uri.getRawQuery() != null) ? uri.getRawQuery() : "";
		Map<String, String> parameters = Arrays.stream(query.split("&"))
			.filter((parameter) -> parameter.contains("="))
			.map((parameter) -> parameter.split("=", 2))
			.collect(Collectors.toMap((pair) -> pair[0], (pair) -> pair[1]));
		String password = parameters.containsKey("password") ? ":" + parameters.get("password") : "";
		String user = parameters.containsKey("user") ? parameters.get("user") + password + "@" : "";
		return "postgres://" + user + uri.getRawAuthority() + uri.getRawPath();
	}

}
