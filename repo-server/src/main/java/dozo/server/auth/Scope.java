package dozo.server.auth;

import dozo.format.manifest.VmRef;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The VMs that a token is for. What lies outside does not exist for it.
 *
 * @param namespace the only namespace, or empty for every one
 * @param vms the only VMs, or empty for every one; 1,000 at the most
 */
public record Scope(Optional<String> namespace, Set<UUID> vms) {

  private static final int MAXIMUM_VMS = 1_000;
  private static final int MAXIMUM_LENGTH = 255;

  /** Every VM of every namespace. */
  public static final Scope EVERYTHING = new Scope(Optional.empty(), Set.of());

  /** Checks the bounds and keeps a copy. */
  public Scope {
    vms = Set.copyOf(vms);
    if (vms.size() > MAXIMUM_VMS) {
      throw new IllegalArgumentException("A scope names at most 1,000 VMs, not " + vms.size());
    }
    if (namespace.isPresent()
        && (namespace.get().isBlank() || namespace.get().length() > MAXIMUM_LENGTH)) {
      throw new IllegalArgumentException("A namespace has 1 to 255 characters");
    }
  }

  /** All VMs of one namespace. */
  public static Scope of(String namespace) {
    return new Scope(Optional.of(namespace), Set.of());
  }

  /** Whether the VM is in it. */
  public boolean admits(VmRef vm) {
    return (namespace.isEmpty() || namespace.get().equals(vm.namespace()))
        && (vms.isEmpty() || vms.contains(vm.id()));
  }
}
