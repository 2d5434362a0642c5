package dozo.format.manifest;

import java.util.UUID;

/**
 * The VM that a restore point is of. Identity is the namespace and the hypervisor's own VM id; name
 * and host are attributes that may differ from one restore point to the next, so that a VM that was
 * renamed or migrated goes on with its own history.
 *
 * @param namespace a cluster or a tenant
 * @param id the hypervisor's own id of the VM
 * @param name what the hypervisor called the VM at that time
 * @param host where the VM ran at that time
 */
public record VmRef(String namespace, UUID id, String name, String host) {

  /** Checks the texts. */
  public VmRef {
    Names.checkFileName("namespace", namespace);
    Names.check("VM's name", name);
    Names.check("host's name", host);
  }

  /** Whether the other is the same VM, whatever it was called and wherever it ran. */
  public boolean isSameVm(VmRef other) {
    return namespace.equals(other.namespace) && id.equals(other.id);
  }
}
