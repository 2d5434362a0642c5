package dozo.client.libvirt;

import java.io.IOException;

/** Libvirt, or {@code virsh}, refused something. */
final class VirshException extends IOException {

  VirshException(String verb, String said) {
    super("virsh " + verb + ": " + said);
  }

  private boolean says(String text) {
    return String.valueOf(getMessage()).contains(text);
  }

  /** Whether there is no such machine any more. */
  boolean isNoDomain() {
    return says("Domain not found") || says("failed to get domain");
  }

  /** Whether there is no such checkpoint any more. */
  boolean isNoCheckpoint() {
    return says("no domain checkpoint with matching name");
  }

  /** Whether no backup is under way in the machine. */
  boolean isNoBackup() {
    return says("no domain backup job");
  }

  /** Whether what was wanted takes a machine that runs. */
  boolean isNotRunning() {
    return says("domain is not running") || says("inactive domain");
  }

  /** Whether the guest's agent refused: it is there. */
  boolean isAgentsAnswer() {
    return says("unable to execute QEMU agent command") || says("agent does not support");
  }

  /** Whether the guest's agent could not be asked, and so has done nothing. */
  boolean isAgentAway() {
    return says("agent is not connected")
        || says("agent is not configured")
        || says("not available for now")
        || says("synchronization");
  }
}
