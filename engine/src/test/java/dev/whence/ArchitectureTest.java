package dev.whence;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The rules of the design: packages in the order that data passes them, no cycles, vectors in one
 * place.
 */
class ArchitectureTest {

  private static final List<String> ORDER =
      List.of(
          "linalg",
          "data",
          "design",
          "store",
          "learn",
          "pool",
          "regress",
          "attribute",
          "evaluate",
          "explore",
          "report");

  private final JavaClasses engine =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.whence");

  @Test
  void noPackageUsesOneBelowIt() {
    for (int i = 0; i < ORDER.size() - 1; i++) {
      String[] below =
          ORDER.subList(i + 1, ORDER.size()).stream()
              .map(p -> "dev.whence." + p + "..")
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage("dev.whence." + ORDER.get(i) + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(below)
          .allowEmptyShould(true)
          .check(engine);
    }
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.whence.(*)..").should().beFreeOfCycles().check(engine);
  }

  @Test
  void onlyLinalgUsesTheVectorModule() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.whence.linalg..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..")
        .check(engine);
  }

  @Test
  void engineDoesNotPrint() {
    GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(engine);
  }
}
