package dozo.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the arrows between modules, and between modules and libraries.
 *
 * <p>It stands in this module because only here are all the others on the class path. Maven's
 * dependencies hold most arrows already; this test also holds those that a transitive dependency
 * would let through.
 */
final class ArchitectureTest {
  /** A module, by its base package, and the modules that it may use. */
  record Module(String root, Set<String> mayUse) {
    static Module of(String root, String... mayUse) {
      return new Module(root, Set.of(mayUse));
    }

    static String within(String root) {
      return root + "..";
    }

    @Override
    public String toString() {
      return root;
    }
  }

  /** A library, by its packages, and the only packages of ours that may use it. */
  record Library(String name, List<String> packages, List<String> users) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final String FORMAT = "dozo.format";
  private static final String VHDX = "dozo.vhdx";
  private static final String PROTOCOL = "dozo.protocol";
  private static final String REPOSITORY = "dozo.repository";
  private static final String SERVER = "dozo.server";
  private static final String CLIENT = "dozo.client";
  private static final String MOUNT = "dozo.mount";
  private static final String CLI = "dozo.cli";

  private static final List<Module> MODULES =
      List.of(
          Module.of(FORMAT),
          Module.of(VHDX),
          Module.of(PROTOCOL, FORMAT),
          Module.of(REPOSITORY, FORMAT),
          Module.of(SERVER, REPOSITORY, PROTOCOL, FORMAT),
          Module.of(CLIENT, PROTOCOL, FORMAT, VHDX),
          Module.of(MOUNT, PROTOCOL, FORMAT, VHDX, REPOSITORY),
          Module.of(CLI, FORMAT, VHDX, PROTOCOL, REPOSITORY, SERVER, CLIENT, MOUNT));

  private static final List<Library> LIBRARIES =
      List.of(
          new Library("zstd", List.of("com.github.luben.."), List.of("dozo.format..")),
          new Library(
              "ciphers",
              List.of("javax.crypto..", "org.bouncycastle.crypto..", "org.bouncycastle.jce.."),
              List.of("dozo.format..", "dozo.server.login..", "dozo.server.channel..")),
          new Library(
              "certificates",
              List.of("org.bouncycastle.."),
              List.of("dozo.format..", "dozo.server..")),
          new Library("lmdbjava", List.of("org.lmdbjava.."), List.of("dozo.repository..")),
          new Library(
              "jnr-fuse",
              List.of("ru.serce.jnrfuse..", "jnr..", "com.kenai.jffi.."),
              List.of("dozo.mount.fuse..")),
          new Library(
              "netty",
              List.of("io.netty.."),
              List.of("dozo.protocol..", "dozo.server.net..", "dozo.client.net..")),
          new Library("yaml", List.of("org.snakeyaml.."), List.of("dozo.cli.config..")),
          new Library(
              "mail",
              List.of("jakarta.mail..", "org.eclipse.angus.."),
              List.of("dozo.server.channel..")),
          new Library("javalin", List.of("io.javalin.."), List.of("dozo.server.admin..")),
          new Library(
              "slf4j",
              List.of("org.slf4j.."),
              List.of(
                  "dozo.repository..",
                  "dozo.server..",
                  "dozo.client..",
                  "dozo.mount..",
                  "dozo.cli..")),
          new Library(
              "command line",
              List.of("picocli..", "me.tongfei..", "ch.qos.logback.."),
              List.of("dozo.cli..")));

  private static final JavaClasses DOZO =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dozo");

  static Stream<Module> modules() {
    return MODULES.stream();
  }

  static Stream<Library> libraries() {
    return LIBRARIES.stream();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void moduleUsesOnlyTheModulesBelowIt(Module module) {
    String[] closed =
        MODULES.stream()
            .map(Module::root)
            .filter(root -> !root.equals(module.root()) && !module.mayUse().contains(root))
            .map(Module::within)
            .toArray(String[]::new);

    noClasses()
        .that()
        .resideInAPackage(Module.within(module.root()))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(closed)
        .allowEmptyShould(true)
        .check(DOZO);
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void libraryIsUsedOnlyWhereItBelongs(Library library) {
    noClasses()
        .that()
        .resideOutsideOfPackages(library.users().toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(library.packages().toArray(String[]::new))
        .check(DOZO);
  }

  @Test
  void everyClassBelongsToAModule() {
    String[] roots = MODULES.stream().map(Module::root).map(Module::within).toArray(String[]::new);

    classes().should().resideInAnyPackage(roots).check(DOZO);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("dozo.(**)").should().beFreeOfCycles().check(DOZO);
  }

  @Test
  void everyPackageIsDescribedAndNullMarked() {
    Set<String> unmarked =
        DOZO.stream()
            .map(JavaClass::getPackage)
            .filter(p -> p.tryGetAnnotationOfType(NullMarked.class).isEmpty())
            .map(JavaPackage::getName)
            .collect(Collectors.toSet());

    assertThat(unmarked).as("packages without a @NullMarked package-info.java").isEmpty();
  }

  @Test
  void onlyTheCommandLineWritesToStandardStreams() {
    noClasses()
        .that()
        .resideOutsideOfPackage(Module.within(CLI))
        .should(ACCESS_STANDARD_STREAMS)
        .check(DOZO);
  }

  @Test
  void nothingUsesJavaUtilLogging() {
    noClasses().should(USE_JAVA_UTIL_LOGGING).check(DOZO);
  }

  @Test
  void namesSayWhatAThingIs() {
    DescribedPredicate<JavaClass> vaguelyNamed =
        DescribedPredicate.describe(
            "vaguely named",
            type ->
                type.getSimpleName().matches(".*(Utils?|Helper|Manager|Impl|Misc|Common)")
                    || type.getPackageName()
                        .matches(".*\\.(util|common|misc|helper|manager|impl)(\\..*)?"));

    noClasses().should(ArchCondition.from(vaguelyNamed)).check(DOZO);
  }
}
