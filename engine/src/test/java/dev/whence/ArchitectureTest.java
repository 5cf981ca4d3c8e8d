package dev.whence;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import dev.whence.base.Api;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * The rules of the design: packages in one order, vectors in one place, an interface that holds.
 */
class ArchitectureTest {

  /** Each package may use those above it. */
  static final List<String> ORDER =
      List.of(
          "base",
          "linalg",
          "linalg.dense",
          "linalg.count",
          "data",
          "design",
          "store",
          "learn",
          "learn.network",
          "learn.classical",
          "learn.process",
          "pool",
          "regress.gram",
          "regress.statistics",
          "regress.solve",
          "regress",
          "evaluate",
          "attribute",
          "explore",
          "counterfactual",
          "reproduce",
          "report");

  /** Packages of one level, which do not know of each other. */
  private static final List<List<String>> APART =
      List.of(
          List.of("linalg.dense", "linalg.count"),
          List.of("learn.network", "learn.classical", "learn.process"));

  private static final JavaClasses ENGINE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.whence");

  private static String name(JavaClass type) {
    return type.getPackageName().replaceFirst("^dev\\.whence\\.?", "");
  }

  @Test
  void eachPackageUsesThoseAboveIt() {
    TreeSet<String> wrong = new TreeSet<>();
    for (JavaClass type : ENGINE) {
      int own = ORDER.indexOf(name(type));
      assertThat(own).as("%s is a package of the order", name(type)).isNotNegative();
      for (Dependency use : type.getDirectDependenciesFromSelf()) {
        JavaClass target = use.getTargetClass().getBaseComponentType();
        if (target.getPackageName().startsWith("dev.whence")) {
          boolean apart =
              APART.stream().anyMatch(l -> l.contains(name(type)) && l.contains(name(target)));
          if (ORDER.indexOf(name(target)) > own || (apart && !name(type).equals(name(target)))) {
            wrong.add("%s → %s".formatted(type.getName(), target.getName()));
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** Solvers and statistics are public for each other, not for other packages. */
  @Test
  void whatIsBehindRegressStaysThere() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.whence.regress..", "dev.whence.evaluate..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.whence.regress.gram..")
        .check(ENGINE);
  }

  @Test
  void everyPackageIsNullMarkedAndSaysWhatItIs() throws ClassNotFoundException, IOException {
    for (String name : ORDER) {
      Class<?> info = Class.forName("dev.whence.%s.package-info".formatted(name));
      assertThat(info.isAnnotationPresent(NullMarked.class)).as(name).isTrue();
      Path file = Path.of("src/main/java/dev/whence", name.replace('.', '/'), "package-info.java");
      assertThat(Files.readString(file)).as(name).startsWith("/**");
    }
  }

  @Test
  void onlyLinalgUsesTheVectorModule() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.whence.linalg..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..")
        .check(ENGINE);
  }

  @Test
  void engineDoesNotPrint() {
    GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(ENGINE);
  }

  private static Stream<Class<?>> api() {
    return ENGINE.stream()
        .filter(type -> type.isAnnotatedWith(Api.class))
        .<Class<?>>map(JavaClass::reflect);
  }

  private static boolean isApi(Class<?> type) {
    for (Class<?> outer = type; outer != null; outer = outer.getEnclosingClass()) {
      if (outer.isAnnotationPresent(Api.class)) {
        return true;
      }
    }
    return false;
  }

  private static Stream<Class<?>> types(Type type) {
    return switch (type) {
      case Class<?> c -> Stream.of(c.isArray() ? innermost(c) : c);
      case ParameterizedType p ->
          Stream.concat(
              types(p.getRawType()),
              Arrays.stream(p.getActualTypeArguments()).flatMap(ArchitectureTest::types));
      case GenericArrayType a -> types(a.getGenericComponentType());
      case WildcardType w -> Arrays.stream(w.getUpperBounds()).flatMap(ArchitectureTest::types);
      default -> Stream.of(); // a type variable
    };
  }

  private static Class<?> innermost(Class<?> array) {
    Class<?> type = array;
    while (type.isArray()) {
      type = type.getComponentType();
    }
    return type;
  }

  private static void look(Class<?> type, TreeSet<String> missing) {
    Stream<Executable> members =
        Stream.concat(Arrays.stream(type.getDeclaredMethods()), constructors(type));
    members
        .filter(member -> type.isInterface() || Modifier.isPublic(member.getModifiers()))
        .filter(member -> !member.isSynthetic() && !Modifier.isPrivate(member.getModifiers()))
        .forEach(
            member -> {
              Stream<Type> signature = Arrays.stream(member.getGenericParameterTypes());
              if (member instanceof Method method) {
                signature = Stream.concat(signature, Stream.of(method.getGenericReturnType()));
              }
              signature
                  .flatMap(ArchitectureTest::types)
                  .filter(used -> used.getName().startsWith("dev.whence") && !isApi(used))
                  .forEach(used -> missing.add("%s: %s".formatted(member, used.getName())));
            });
    for (Class<?> nested : type.getDeclaredClasses()) {
      if (Modifier.isPublic(nested.getModifiers())) {
        look(nested, missing);
      }
    }
  }

  private static Stream<Executable> constructors(Class<?> type) {
    return type.isInterface() ? Stream.of() : Arrays.stream(type.getDeclaredConstructors());
  }

  @Test
  void whatTheInterfaceTakesAndReturnsIsOfTheInterface() {
    TreeSet<String> missing = new TreeSet<>();
    api().forEach(type -> look(type, missing));
    assertThat(missing).isEmpty();
  }

  /** Written anew with -Dtest.args=-Dwhence.update=true. */
  @Test
  void theGuideListsTheInterface() throws IOException {
    Map<String, TreeSet<String>> types = new TreeMap<>();
    api()
        .forEach(
            type ->
                types
                    .computeIfAbsent(type.getPackageName(), p -> new TreeSet<>())
                    .add(type.getSimpleName()));
    String table =
        ORDER.stream()
            .filter(name -> types.containsKey("dev.whence." + name))
            .map(
                name ->
                    "| `%s` | %s |\n"
                        .formatted(name, String.join(", ", types.get("dev.whence." + name))))
            .collect(Collectors.joining());
    Path page = Path.of("../docs/java.md");
    String text = Files.readString(page);
    int at = text.indexOf("|---|---|\n") + "|---|---|\n".length();
    if (Boolean.getBoolean("whence.update")) {
      Files.writeString(page, text.substring(0, at) + table);
      return;
    }
    assertThat(text.substring(at)).isEqualTo(table);
  }
}
