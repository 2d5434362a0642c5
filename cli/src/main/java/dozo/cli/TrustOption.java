package dozo.cli;

import picocli.CommandLine.Option;

/** The option that lets the kernel read a guest's file system. */
final class TrustOption {

  @Option(
      names = "--trust-file-system",
      description =
          "Have the kernel of this machine mount the file system, read-only, where nobody else sees"
              + " it. It reads more kinds and everything about files, needs root, and trusts what"
              + " is on the disk: a guest that was taken over could take over this machine.")
  private boolean trust;

  boolean given() {
    return trust;
  }
}
