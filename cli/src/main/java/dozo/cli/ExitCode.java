package dozo.cli;

import java.util.Locale;

/** What a command's exit code says. The numbers never change their meaning. */
enum ExitCode {
  OK(0, "done"),
  FAILURE(1, "failed for a reason that has no code of its own"),
  USAGE(2, "the command line is wrong"),
  SOURCE_UNREADABLE(3, "a disk or file to back up is not there or cannot be read"),
  SOURCE_CHANGED(4, "a disk was written to, or changed its size, while it was read"),
  WRONG_CHANGES(5, "a disk, or the target of a restore, is not what its base and changes say"),
  BAD_CONFIGURATION(6, "a configuration file has mistakes"),
  HOOK_FAILED(7, "a hook of a job failed"),
  PARTLY_DONE(8, "some VMs of a job were backed up, and others were not"),
  INCONSISTENT(9, "a machine could not be made as consistent as --require says"),
  NO_REPOSITORY(10, "there is no repository where one was named"),
  LOCKED(11, "the repository is in use by another process"),
  WRONG_SECRET(12, "the passphrase or key file opens no key slot"),
  WRONG_FINGERPRINT(13, "the server, or the key that signed a receipt, is not the expected one"),
  BAD_TOKEN(14, "the token is unknown, expired or revoked"),
  FORBIDDEN(15, "the token's role does not allow this"),
  NOT_FOUND(16, "there is no such restore point, disk, VM or token"),
  FOREIGN_DIRECTORY(17, "the directory holds something that is not a repository"),
  FORMAT_TOO_NEW(18, "a newer version of Dozo wrote this, or speaks there"),
  DAMAGED(19, "stored data is damaged or missing"),
  NO_SPACE(20, "a file system is full"),
  ADDRESS_IN_USE(21, "another program listens on the address"),
  UNREACHABLE(22, "the server cannot be reached, or was lost and did not come back"),
  REFUSED(23, "the server is busy, is shutting down, or failed"),
  NO_MOUNT(24, "this machine cannot mount, or the mount point cannot be used"),
  LEFT_BEHIND(25, "something that a backup made in a hypervisor is still there"),
  UNFIT(26, "this machine lacks something, as dozo doctor says"),
  WAITS(27, "it was asked for, and waits for a delay or another admin"),
  INTERRUPTED(130, "ended by Ctrl-C"),
  TERMINATED(143, "ended by SIGTERM");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  int code() {
    return code;
  }

  String meaning() {
    return meaning;
  }

  /** The code of that number; {@link #FAILURE} if there is none. */
  static ExitCode of(int number) {
    for (ExitCode each : values()) {
      if (each.code == number) {
        return each;
      }
    }
    return FAILURE;
  }

  /** The word for it in JSON, such as {@code wrong-secret}. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
