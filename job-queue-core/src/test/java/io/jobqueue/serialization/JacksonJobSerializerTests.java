package io.jobqueue.serialization;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.text.SimpleDateFormat;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.UUID;
import java.util.stream.IntStream;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DefaultTyping;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

import org.springframework.core.ParameterizedTypeReference;

import io.jobqueue.JobSerializationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link JacksonJobSerializer}.
 */
class JacksonJobSerializerTests {

	private static final String SECRET = "4111-secret";

	private final JacksonJobSerializer serializer = new JacksonJobSerializer(JsonMapper.shared());

	@Test
	void argumentsAreOneArray() {
		assertThat(write("a", 1, new Order("7", BigDecimal.TEN), null, true))
			.isEqualTo("[\"a\",1,{\"id\":\"7\",\"price\":10},null,true]");
		assertThat(write()).isEqualTo("[]");
	}

	@Test
	void recordsAreReadAsDeclared() {
		assertThat(roundTrip(new Type[] { Order.class, String.class }, new Order("7", new BigDecimal("1.50")), "x"))
			.containsExactly(new Order("7", new BigDecimal("1.50")), "x");
	}

	@Test
	void noArgumentsWork() {
		assertThat(this.serializer.readArguments("[]", List.of())).isEmpty();
	}

	@Test
	void genericTypesAreReadAsDeclared() {
		Type type = new ParameterizedTypeReference<List<Map<String, Order>>>() {
		}.getType();
		List<Map<String, Order>> value = List.of(Map.of("a", new Order("1", BigDecimal.ONE)), Map.of());
		assertThat(roundTrip(new Type[] { type }, value)).containsExactly(value);
	}

	@Test
	void numbersAndPrimitivesAreReadAsDeclared() {
		assertThat(roundTrip(
				new Type[] { int.class, long.class, double.class, boolean.class, BigDecimal.class, Long.class }, 1,
				Long.MAX_VALUE, 1.5, true, new BigDecimal("12345678901234567890.123"), 3))
			.containsExactly(1, Long.MAX_VALUE, 1.5, true, new BigDecimal("12345678901234567890.123"), 3L);
	}

	@Test
	void otherUsualTypesAreReadAsDeclared() {
		UUID uuid = UUID.randomUUID();
		byte[] bytes = { 0, 1, -1 };
		@Nullable Object[] read = roundTrip(new Type[] { UUID.class, DayOfWeek.class, byte[].class, int[].class,
				new ParameterizedTypeReference<Optional<String>>() {
				}.getType(), Object.class }, uuid, DayOfWeek.FRIDAY, bytes, new int[] { 1, 2 }, Optional.of("x"),
				Map.of("a", List.of(1)));
		assertThat(read).containsExactly(uuid, DayOfWeek.FRIDAY, bytes, new int[] { 1, 2 }, Optional.of("x"),
				Map.of("a", List.of(1)));
	}

	@Test
	void timesAreIsoTextAndKeepTheirZone() {
		Times times = new Times(Instant.parse("2026-03-01T10:15:30.123456789Z"), LocalDate.of(2026, 3, 1),
				OffsetDateTime.parse("2026-03-01T10:15:30+05:30"),
				ZonedDateTime.parse("2026-03-01T10:15:30+01:00[Europe/Berlin]"), Duration.ofSeconds(90));
		assertThat(write(times)).isEqualTo("[{\"instant\":\"2026-03-01T10:15:30.123456789Z\",\"date\":\"2026-03-01\","
				+ "\"offset\":\"2026-03-01T10:15:30+05:30\",\"zoned\":\"2026-03-01T10:15:30+01:00[Europe/Berlin]\","
				+ "\"duration\":\"PT1M30S\"}]");
		assertThat(roundTrip(new Type[] { Times.class }, times)).containsExactly(times);
	}

	@Test
	void unicodeSurvives() {
		String text = "äöü \uD83D\uDE00 \u2028 \u0000 \"\\/\n\t 漢字";
		assertThat(roundTrip(new Type[] { String.class }, text)).containsExactly(text);
		assertThat(write("ä")).isEqualTo("[\"ä\"]");
	}

	@Test
	void nullsAreReadWhereTheTypeAllowsThem() {
		assertThat(this.serializer.readArguments("[null,null,null]",
				List.of(String.class, Integer.class, new ParameterizedTypeReference<Optional<String>>() {
				}.getType())))
			.containsExactly(null, null, Optional.empty());
	}

	@Test
	void nullForPrimitiveIsRejected() {
		assertThatFailure(() -> this.serializer.readArguments("[\"a\",null]", List.of(String.class, int.class)))
			.withMessageStartingWith("Argument 2 of 2 cannot be read as int (");
		assertThatFailure(() -> this.serializer.readArguments("[{\"count\":null}]", List.of(Primitive.class)))
			.withMessageStartingWith("Argument 1 of 1 cannot be read as " + Primitive.class.getName() + " at count (");
	}

	@Test
	void unknownPropertiesAreIgnoredAndMissingOnesAreNull() {
		assertThat(this.serializer.readArguments("[{\"id\":\"7\",\"colour\":{\"r\":1}}]", List.of(Order.class)))
			.containsExactly(new Order("7", null));
	}

	@Test
	void recordWithoutComponentsWorks() {
		assertThat(write(new Ping())).isEqualTo("[{}]");
		assertThat(roundTrip(new Type[] { Ping.class }, new Ping())).containsExactly(new Ping());
	}

	@Test
	void typeIdsOfAnnotatedTypesAreKept() {
		assertThat(write(new Dog("Rex"))).isEqualTo("[{\"kind\":\"dog\",\"name\":\"Rex\"}]");
		assertThat(roundTrip(new Type[] { Animal.class }, new Dog("Rex"))).containsExactly(new Dog("Rex"));
	}

	@Test
	void manyThreadsReadAndWriteAtOnce() {
		IntStream.range(0, 2000)
			.parallel()
			.forEach((i) -> assertThat(roundTrip(new Type[] { Order.class, int.class }, new Order("a" + i, null), i))
				.containsExactly(new Order("a" + i, null), i));
	}

	@Test
	void resultIsWrittenPlainly() {
		assertThat(this.serializer.writeResult(new Order("7", null))).isEqualTo("{\"id\":\"7\",\"price\":null}");
		assertThat(this.serializer.writeResult("x")).isEqualTo("\"x\"");
	}

	@Test
	void settingsOfApplicationChangeNothingThatIsStored() {
		JsonMapper web = JsonMapper.builder()
			.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
			.changeDefaultPropertyInclusion((value) -> value.withValueInclusion(JsonInclude.Include.NON_NULL)
				.withContentInclusion(JsonInclude.Include.NON_NULL))
			.defaultDateFormat(new SimpleDateFormat("yyyy"))
			.defaultTimeZone(TimeZone.getTimeZone("America/New_York"))
			.enable(SerializationFeature.INDENT_OUTPUT, SerializationFeature.WRAP_ROOT_VALUE)
			.enable(DeserializationFeature.UNWRAP_ROOT_VALUE, DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
			.enable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS, DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS,
					DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
			.enable(EnumFeature.WRITE_ENUMS_USING_INDEX)
			.enable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
			.activateDefaultTyping(BasicPolymorphicTypeValidator.builder().allowIfBaseType(Object.class).build(),
					DefaultTyping.NON_FINAL)
			.build();
		JacksonJobSerializer ofWeb = new JacksonJobSerializer(web);
		Settings settings = new Settings(null, new Date(0), Duration.ofSeconds(1), DayOfWeek.FRIDAY, List.of("a"),
				OffsetDateTime.parse("2026-03-01T10:15:30+05:30"));
		String expected = write(settings, "x");
		assertThat(expected)
			.isEqualTo("[{\"orderId\":null,\"createdAt\":\"1970-01-01T00:00:00.000Z\",\"timeOut\":\"PT1S\","
					+ "\"dayOfWeek\":\"FRIDAY\",\"tags\":[\"a\"],\"seenAt\":\"2026-03-01T10:15:30+05:30\"},\"x\"]");
		assertThat(ofWeb.writeArguments(List.of(settings, "x"))).isEqualTo(expected);
		assertThat(ofWeb.readArguments(expected, List.of(Settings.class, String.class))).containsExactly(settings, "x");
		assertThat(ofWeb.writeResult(settings)).isEqualTo(this.serializer.writeResult(settings));
		assertThat(web.isEnabled(SerializationFeature.WRAP_ROOT_VALUE)).isTrue();
	}

	@Test
	void modulesOfApplicationAreUsed() {
		JsonMapper mapper = JsonMapper.builder()
			.addModule(new SimpleModule("app").addSerializer(Thread.class, ToStringSerializer.instance))
			.disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
			.build();
		assertThat(new JacksonJobSerializer(mapper).writeArguments(List.of(Thread.currentThread())))
			.startsWith("[\"Thread[");
	}

	@Test
	void wrongNumberOfArgumentsNamesCountAndTypes() {
		assertThatFailure(() -> this.serializer.readArguments("[\"" + SECRET + "\"]", List.of(String.class, int.class)))
			.withMessage(
					"The number of arguments is 1, but the handler declares 2: (java.lang.String, int). The stored text"
							+ " is kept: retry the job when a handler that fits it has been deployed");
		assertThatFailure(
				() -> this.serializer.readArguments("[1,{\"a\":[2]},[3,[4]],\"" + SECRET + "\"]", List.of(int.class)))
			.withMessageStartingWith("The number of arguments is 4, but the handler declares 1: (int)");
		assertThatFailure(() -> this.serializer.readArguments("[1]", List.of()))
			.withMessageStartingWith("The number of arguments is 1, but the handler declares 0: ()");
		assertThatFailure(() -> this.serializer.readArguments("[]", List.of(String.class)))
			.withMessageStartingWith("The number of arguments is 0, but the handler declares 1: (java.lang.String)");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "\"4111-secret\"", "null", "[\"4111-secret\"", "[\"4111-secret\"] x",
			"[\"4111-secret\"] []", "[4111-secret]", "[\"4111-secret\",]", "not json 4111-secret", "[\"4111-secret" })
	void undecodableTextIsRejectedWithoutShowingIt(String json) {
		assertThatFailure(() -> this.serializer.readArguments(json, List.of(String.class)))
			.withMessageContaining("The stored text is kept");
	}

	@Test
	void valueThatDoesNotFitIsNamedByPositionAndPathOnly() {
		Type type = new ParameterizedTypeReference<List<Map<String, Order>>>() {
		}.getType();
		assertThatFailure(() -> this.serializer
			.readArguments("[1,[{},{\"" + SECRET + "\":{\"price\":\"" + SECRET + "\"}}]]", List.of(int.class, type)))
			.withMessageStartingWith("Argument 2 of 2 cannot be read as java.util.List<java.util.Map<java.lang.String, "
					+ Order.class.getTypeName() + ">> at [1][*].price (InvalidFormatException");
	}

	@ParameterizedTest
	@ValueSource(classes = { Order.class, Runnable.class, Instant.class, DayOfWeek.class, UUID.class, Picky.class,
			int.class, List.class, Animal.class, NoText.class })
	void noTypeShowsTheValueThatItRejects(Class<?> type) {
		assertThatFailure(() -> this.serializer.readArguments("[\"" + SECRET + "\"]", List.of(type)))
			.withMessageStartingWith("Argument 1 of 1 cannot be read as " + type.getName());
	}

	@Test
	void argumentThatCannotBeWrittenIsNamedByPositionAndPathOnly() {
		assertThatFailure(() -> write("a", new Broken(SECRET)))
			.withMessageStartingWith(
					"Argument 2 of 2 of type " + Broken.class.getName() + " cannot be written as JSON at value (")
			.withMessageContaining(
					"caused by java.lang.IllegalStateException at " + Broken.class.getName() + ".getValue(");
		assertThatFailure(() -> write(new Object()))
			.withMessageStartingWith(
					"Argument 1 of 1 of type java.lang.Object cannot be written as JSON (InvalidDefinitionException)")
			.withMessageEndingWith(
					"Use plain data such as records, or tell Jackson how to write the type by annotations or a"
							+ " module");
		assertThatFailure(() -> write(Map.of(SECRET, new Broken(SECRET)))).withMessageContaining(" at [*].value (");
		assertThatFailure(() -> this.serializer.writeResult(new Broken(SECRET)))
			.withMessageStartingWith("The result of type " + Broken.class.getName() + " cannot be written as JSON");
	}

	@Test
	void cyclesEndInAnException() {
		List<Object> list = new ArrayList<>();
		list.add(list);
		Map<String, Object> map = new HashMap<>();
		map.put("list", List.of(map));
		assertThatFailure(() -> write(list)).withMessageStartingWith("Argument 1 of 1 of type java.util.ArrayList");
		assertThatFailure(() -> write(1, map)).withMessageStartingWith("Argument 2 of 2 of type java.util.HashMap");
	}

	@Test
	void deeplyNestedTextEndsInAnException() {
		String json = "[".repeat(100_000) + "]".repeat(100_000);
		assertThatFailure(() -> this.serializer.readArguments(json, List.of(Object.class)))
			.withMessageStartingWith("Argument 1 of 1");
		assertThatFailure(() -> this.serializer.readArguments(json, List.of())).withMessageContaining("no JSON array");
	}

	private String write(@Nullable Object... arguments) {
		return this.serializer.writeArguments(Arrays.asList(arguments));
	}

	private @Nullable Object[] roundTrip(Type[] types, @Nullable Object... arguments) {
		return this.serializer.readArguments(write(arguments), List.of(types));
	}

	private static ThrowableAssertAlternative<JobSerializationException> assertThatFailure(ThrowingCallable call) {
		return assertThatExceptionOfType(JobSerializationException.class).isThrownBy(call).satisfies((ex) -> {
			StringWriter text = new StringWriter();
			ex.printStackTrace(new PrintWriter(text));
			assertThat(text.toString()).doesNotContain(SECRET).doesNotContain("4111");
		});
	}

	record Order(String id, @Nullable BigDecimal price) {
	}

	record Ping() {
	}

	record Primitive(int count) {
	}

	record Times(Instant instant, LocalDate date, OffsetDateTime offset, ZonedDateTime zoned, Duration duration) {
	}

	record Settings(@Nullable String orderId, Date createdAt, Duration timeOut, DayOfWeek dayOfWeek, List<String> tags,
			OffsetDateTime seenAt) {
	}

	record Picky(String value) {

		Picky {
			throw new IllegalArgumentException("not " + value);
		}

	}

	static class NoText {

		public int number;

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	@JsonSubTypes(@JsonSubTypes.Type(Dog.class))
	interface Animal {

	}

	@JsonTypeName("dog")
	record Dog(String name) implements Animal {
	}

	static class Broken {

		private final String secret;

		Broken(String secret) {
			this.secret = secret;
		}

		public String getValue() {
			throw new IllegalStateException(this.secret);
		}

	}

}
