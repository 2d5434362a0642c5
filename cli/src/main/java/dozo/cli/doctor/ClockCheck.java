package dozo.cli.doctor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;

/** Whether the clock is set: restore points have the server's time, and policies go by it. */
final class ClockCheck {

  private static final String NAME = "clock";

  /** Larger than {@code struct timex} of adjtimex(2) is anywhere; zeros in it change nothing. */
  private static final int TIMEX_BYTES = 512;

  /** What adjtimex answers when nothing keeps the clock in step. */
  private static final int TIME_ERROR = 5;

  /** No clock that is right shows an earlier time. */
  private static final Instant RELEASED = Instant.parse("2026-11-01T00:00:00Z");

  private ClockCheck() {}

  static void run(Consumer<Finding> told) {
    told.accept(judge(Instant.now().truncatedTo(ChronoUnit.SECONDS), state()));
  }

  /** Judges what the system says. */
  static Finding judge(Instant now, int state) {
    if (now.isBefore(RELEASED)) {
      return Finding.problem(
          NAME, "It shows " + now + ", which is past", "set it, and install chrony");
    }
    if (state < 0) {
      return Finding.warning(
          NAME,
          "It shows " + now + "; whether something keeps it in step cannot be told",
          "see that an NTP client runs, here or on the host of a container");
    }
    return state == TIME_ERROR
        ? Finding.warning(
            NAME,
            "It shows " + now + "; nothing keeps it in step",
            "install chrony or enable systemd-timesyncd; for a container, on its host")
        : Finding.ok(NAME, "It is kept in step");
  }

  /** What adjtimex answers; negative if it cannot be asked. */
  @SuppressWarnings("restricted") // What it needs is enabled in the jar's manifest.
  private static int state() {
    try (Arena arena = Arena.ofConfined()) {
      Linker linker = Linker.nativeLinker();
      MethodHandle adjtimex =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("adjtimex"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
      return (int) adjtimex.invokeExact(arena.allocate(TIMEX_BYTES, Long.BYTES));
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      return -1; // A system without the function.
    }
  }
}
