package io.jobqueue.autoconfigure;

import java.util.Properties;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

@ExtendWith(OutputCaptureExtension.class)
class RedisServerCheckTests {

	private final RedisServerCheck check = new RedisServerCheck(false);

	private final Properties info = new Properties();

	RedisServerCheckTests() {
		this.info.setProperty("redis_version", "7.4.1");
		this.info.setProperty("aof_enabled", "1");
		this.info.setProperty("maxmemory", "0");
		this.info.setProperty("maxmemory_policy", "noeviction");
	}

	@Test
	void serverThatKeepsALogIsNotMentioned(CapturedOutput output) {
		this.check.check(this.info, "");
		assertThat(output).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "6.2.0", "6.2.11", "7.0.15", "8.0.1", "10.1.0", "7.2.4-rc1" })
	void versionsFrom62OnAreUsable(String version) {
		this.info.setProperty("redis_version", version);
		assertThatNoException().isThrownBy(() -> this.check.check(this.info, ""));
	}

	@ParameterizedTest
	@ValueSource(strings = { "5.0.14.1", "6.0.20", "4.0.0" })
	void olderVersionsAreAFailure(String version) {
		this.info.setProperty("redis_version", version);
		assertThatExceptionOfType(JobStoreSetupException.class).isThrownBy(() -> this.check.check(this.info, ""))
			.withMessage("The Redis server has version " + version + ". Use Redis 6.2 or later, or Valkey");
	}

	@Test
	void everyMemberOfAClusterIsLookedAt() {
		this.info.setProperty("127.0.0.1:7001.redis_version", "6.0.1");
		assertThatExceptionOfType(JobStoreSetupException.class).isThrownBy(() -> this.check.check(this.info, ""));
	}

	@Test
	void serverThatEvictsJobsIsAFailureUnlessTheyMayGetLost() {
		this.info.setProperty("maxmemory", "100000");
		this.info.setProperty("maxmemory_policy", "allkeys-lru");
		assertThatExceptionOfType(JobStoreSetupException.class).isThrownBy(() -> this.check.check(this.info, ""))
			.withMessageContaining("maxmemory-policy allkeys-lru")
			.withMessageContaining("noeviction")
			.withMessageContaining("job-queue.redis.disposable=true");
		assertThatNoException().isThrownBy(() -> new RedisServerCheck(true).check(this.info, ""));
	}

	@Test
	void evictionOfKeysThatExpireIsNoFailureBecauseOursDoNot() {
		this.info.setProperty("maxmemory", "100000");
		this.info.setProperty("maxmemory_policy", "volatile-lru");
		assertThatNoException().isThrownBy(() -> this.check.check(this.info, ""));
	}

	@Test
	void serverThatKeepsNothingIsWarnedOfUnlessJobsMayGetLost(CapturedOutput output) {
		this.info.setProperty("aof_enabled", "0");
		new RedisServerCheck(true).check(this.info, "");
		assertThat(output).isEmpty();
		this.check.check(this.info, "");
		assertThat(output).contains("keeps nothing on disk: all jobs are lost when it restarts");
	}

	@Test
	void serverThatKeepsOnlySnapshotsIsWarnedOf(CapturedOutput output) {
		this.info.setProperty("aof_enabled", "0");
		this.check.check(this.info, "3600 1");
		assertThat(output).contains("only snapshots: the jobs since the last one are lost when it crashes");
	}

	@Test
	void whatIsUnknownIsSaidToBeUnknown(CapturedOutput output) {
		this.info.setProperty("aof_enabled", "0");
		this.check.check(this.info, null);
		assertThat(output).contains("it is unknown what is left of the jobs when it restarts");
	}

}
