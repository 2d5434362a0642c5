package dozo.cli.doctor;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Whether the JVM is one that Dozo was made for, and was started as it needs. */
final class JavaChecks {

  private static final int NEEDED = 25;
  private static final long SERVER_HEAP = 512L << 20;
  private static final String LAUNCH =
      "start Dozo by its launcher, or with java -jar dozo.jar: what it needs stands in the jar's"
          + " manifest";

  private JavaChecks() {}

  static void run(Consumer<Finding> told) {
    told.accept(version());
    told.accept(access());
    told.accept(memory());
  }

  private static Finding version() {
    String found =
        "Java "
            + Runtime.version()
            + ", "
            + System.getProperty("java.vendor")
            + ", "
            + System.getProperty("os.arch");
    return Runtime.version().feature() >= NEEDED
        ? Finding.ok("java", found)
        : Finding.problem(
            "java", found, "install a JDK " + NEEDED + " or later and set JAVA_HOME to it");
  }

  private static Finding access() {
    Module base = Object.class.getModule();
    Module own = JavaChecks.class.getModule();
    List<String> missing = new ArrayList<>();
    for (String each : List.of("java.nio", "sun.nio.ch")) {
      if (!base.isOpen(each, own)) {
        missing.add("--add-opens java.base/" + each + "=ALL-UNNAMED");
      }
    }
    if (!own.isNativeAccessEnabled()) {
      missing.add("--enable-native-access=ALL-UNNAMED");
    }
    return missing.isEmpty()
        ? Finding.ok("java access", "Native code and direct buffers may be used")
        : Finding.problem("java access", "Missing: " + String.join(" ", missing), LAUNCH);
  }

  private static Finding memory() {
    long heap = Runtime.getRuntime().maxMemory();
    long machine =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system
            ? system.getTotalMemorySize()
            : 0;
    String found =
        (machine >> 20)
            + " MiB on this machine, a heap of "
            + (heap >> 20)
            + " MiB for this command";
    return machine >= 2 * SERVER_HEAP
        ? Finding.ok("memory", found)
        : Finding.warning(
            "memory",
            found,
            "a server takes a heap of 1 GiB; with less, give it --memory 64 and"
                + " DOZO_JAVA_OPTS=-Xmx512m");
  }
}
