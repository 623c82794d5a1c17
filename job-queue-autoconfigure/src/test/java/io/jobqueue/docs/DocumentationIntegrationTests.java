package io.jobqueue.docs;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.jobqueue.store.postgres.PostgresOptions;
import io.jobqueue.store.postgres.PostgresSchema;
import io.jobqueue.test.postgres.PostgresServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the SQL of the documentation on a server.
 */
class DocumentationIntegrationTests {

	@Test
	void everySqlBlockRuns() {
		PostgresServer server = PostgresServer.get();
		String schema = server.newSchema();
		new PostgresSchema(server.dataSource(), PostgresOptions.DEFAULT.withSchema(schema)).migrate();
		List<String> blocks = Page.all().stream().flatMap((page) -> page.blocks("sql").stream()).toList();
		assertThat(blocks).isNotEmpty();
		for (String block : blocks) {
			server.execute(block.replace("job_queue.", schema + ".")
				.replace("'job_queue'", "'" + schema + "'")
				.replace("search_path to job_queue", "search_path to " + schema)
				.replace("?", "1"));
		}
	}

}
