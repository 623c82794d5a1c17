package io.jobqueue.sample;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the Actuator of the application tells about jobs, by HTTP.
 */
record ActuatorClient(RestTestClient http) {

	/**
	 * Return how many jobs of some queues have not ended.
	 */
	long liveJobs(String... queues) {
		return Stream.of(queues)
			.map((queue) -> get("jobqueue/queues/" + queue, Overview.class))
			.mapToLong((queue) -> queue.available() + queue.scheduled() + queue.running())
			.sum();
	}

	/**
	 * Return what the metrics count of successful jobs, each of which is enqueued, ends
	 * and is timed once.
	 */
	Map<String, Double> counts(String handler) {
		String tag = "?tag=handler:" + handler;
		return Map.of("enqueued", count("enqueued.jobs" + tag), "succeeded",
				count("finished.jobs" + tag + "&tag=outcome:success"), "timed",
				count("job.execution" + tag + "&tag=outcome:success"));
	}

	double finished(String handler) {
		String meter = "finished.jobs?tag=handler:" + handler + "&tag=outcome:";
		return count(meter + "success") + count(meter + "failure");
	}

	private double count(String meter) {
		Meter found = get("metrics/jobqueue." + meter, Meter.class);
		return (found.measurements() != null) ? found.measurements().get(0).value() : 0;
	}

	<T> T get(String path, Class<T> type) {
		T body = this.http.get().uri("/actuator/" + path).exchange().expectBody(type).returnResult().getResponseBody();
		assertThat(body).isNotNull();
		return body;
	}

	RestTestClient.BodyContentSpec expect(String path) {
		return this.http.get().uri("/actuator/" + path).exchange().expectStatus().isOk().expectBody();
	}

	/**
	 * Have the endpoint of the jobs do something.
	 */
	void post(String path) {
		this.http.post().uri("/actuator/jobqueue/" + path).exchange().expectStatus().isNoContent();
	}

	/**
	 * What the endpoint says of a queue.
	 */
	record Overview(long available, long scheduled, long running) {
	}

	/**
	 * A meter; without measurements if there is none.
	 */
	record Meter(List<Measurement> measurements) {
	}

	/**
	 * A value of a meter; the first is the count.
	 */
	record Measurement(double value) {
	}

}
