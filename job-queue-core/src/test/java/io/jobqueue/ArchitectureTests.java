package io.jobqueue;

import java.time.Instant;
import java.time.LocalDateTime;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The arrows of the design, as rules. A rule that matches no class fails by itself.
 */
class ArchitectureTests {

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("io.jobqueue");

	@Test
	void packagesHaveNoCycles() {
		check(slices().matching("io.jobqueue.(**)").should().beFreeOfCycles());
		check(noClasses().that()
			.resideInAPackage("io.jobqueue")
			.should()
			.dependOnClassesThat(resideInAnyPackage("io.jobqueue..")
				.and(resideOutsideOfPackages("io.jobqueue", "io.jobqueue.retry"))));
	}

	@Test
	void coreDoesNotKnowSpringBoot() {
		check(noClasses().should().dependOnClassesThat().resideInAPackage("org.springframework.boot.."));
	}

	@Test
	void storesAreKnownToNobodyAndNotToEachOther() {
		check(noClasses().that()
			.resideOutsideOfPackage("io.jobqueue.store.postgres..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.jobqueue.store.postgres.."));
		check(noClasses().that()
			.resideOutsideOfPackage("io.jobqueue.store.memory..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.jobqueue.store.memory.."));
	}

	@Test
	void storeOnRedisIsKnownToNobodyAndKnowsNoOtherStore() {
		check(noClasses().that()
			.resideOutsideOfPackage("io.jobqueue.store.redis..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.jobqueue.store.redis.."));
	}

	@Test
	void storeInterfaceDependsOnValuesOnly() {
		check(classes().that()
			.resideInAPackage("io.jobqueue.store")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("io.jobqueue", "io.jobqueue.store", "io.jobqueue.retry", "java..", "org.jspecify..",
					"org.springframework.util", "org.springframework.transaction"));
	}

	@Test
	void workerKnowsNeitherClientsNorAnnotations() {
		check(noClasses().that()
			.resideInAPackage("io.jobqueue.worker..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.jobqueue.client..", "io.jobqueue.annotation.."));
	}

	@Test
	void optionalLibrariesAreTouchedInTheirPackagesOnly() {
		check(noClasses().that()
			.resideOutsideOfPackage("io.jobqueue.store.postgres..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.postgresql..", "org.springframework.jdbc..", "java.sql..", "javax.sql.."));
		check(noClasses().that()
			.resideOutsideOfPackage("io.jobqueue.store.redis..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.data..", "io.lettuce.."));
		check(noClasses().that()
			.resideOutsideOfPackage("io.jobqueue.slf4j..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.slf4j.."));
		check(noClasses().that()
			.resideOutsideOfPackages("io.jobqueue.serialization..", "io.jobqueue.store.postgres..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("tools.jackson.."));
		check(noClasses().that()
			.resideOutsideOfPackage("io.jobqueue.observation..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.micrometer.."));
	}

	@Test
	void coreDoesNotKnowMicrometer() {
		check(noClasses().should().dependOnClassesThat().resideInAPackage("io.micrometer.core.."));
	}

	@Test
	void publicClassesAreFinalAbstractOrInterfaces() {
		check(classes().that()
			.arePublic()
			.and()
			.areNotInterfaces()
			.and()
			.areNotEnums()
			.and()
			.doNotHaveModifier(ABSTRACT)
			.and()
			.areTopLevelClasses()
			.should()
			.haveModifier(FINAL));
	}

	@Test
	void timeIsNotTakenFromTheSystemClock() {
		check(noClasses().should()
			.callMethod(System.class, "currentTimeMillis")
			.orShould()
			.callMethod(Instant.class, "now")
			.orShould()
			.callMethod(LocalDateTime.class, "now"));
	}

	private static void check(ArchRule rule) {
		rule.check(CLASSES);
	}

}
