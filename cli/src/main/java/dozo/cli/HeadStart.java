package dozo.cli;

import dozo.client.linux.SystemCalls;
import dozo.protocol.client.ConnectionWarmUp;
import dozo.protocol.message.MessageType;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Readies what a command is going to need while the main thread is still reading the command line:
 * most of what a short backup takes is the first use of libraries.
 */
final class HeadStart {

  private static final Set<MessageType> BACKING_UP =
      Collections.unmodifiableSet(
          EnumSet.of(
              MessageType.HELLO,
              MessageType.WELCOME,
              MessageType.BEGIN_SESSION,
              MessageType.SESSION,
              MessageType.COMMIT,
              MessageType.RECEIPT));

  private static final Set<MessageType> READING =
      Collections.unmodifiableSet(
          EnumSet.of(
              MessageType.HELLO,
              MessageType.WELCOME,
              MessageType.LIST_RESTORE_POINTS,
              MessageType.RESTORE_POINTS,
              MessageType.OPEN_DISK,
              MessageType.DISK));

  private HeadStart() {}

  /**
   * Begins, beside whatever else goes on.
   *
   * @param word the command
   */
  static void begin(String word) {
    switch (word) {
      case "backup", "job" -> {
        ConnectionWarmUp.begin(BACKING_UP);
        Thread.ofPlatform()
            .name("dozo-system-calls")
            .daemon()
            .uncaughtExceptionHandler((thread, fault) -> {}) // who calls meets it again, and tells
            .start(SystemCalls::link);
      }
      case "restore", "mount", "nbd" -> ConnectionWarmUp.begin(READING);
      default -> {}
    }
  }
}
