package dozo.client.libvirt;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.w3c.dom.Element;

/**
 * A machine, as libvirt tells of it.
 *
 * @param uuid its id, the same wherever it runs
 * @param name its name
 * @param disks all of its disks and drives, in order
 * @param agent how its channel to a guest agent is: empty if it has none
 * @param owner as whom its qemu runs; empty where that is not told: as whoever runs libvirt
 */
record Domain(
    UUID uuid, String name, List<Disk> disks, Optional<String> agent, Optional<Owner> owner) {

  private static final int MAXIMUM_DISKS = 256;
  private static final Pattern OWNER = Pattern.compile("\\+(\\d{1,9}):\\+(\\d{1,9})");

  Domain {
    disks = List.copyOf(disks);
  }

  /**
   * A user and a group.
   *
   * @param user the user's number
   * @param group the group's number
   */
  record Owner(int user, int group) {}

  /**
   * A disk or a drive.
   *
   * @param target its name in the machine, such as {@code vda}
   * @param format of its image, such as {@code qcow2}
   * @param isWritable whether it is a disk that the guest can write to
   * @param isShared whether other machines can write to it as well
   * @param logicalSectorBytes what the guest takes for a sector
   * @param physicalSectorBytes what the guest takes for the medium's sector
   */
  record Disk(
      String target,
      String format,
      boolean isWritable,
      boolean isShared,
      int logicalSectorBytes,
      int physicalSectorBytes) {

    /** Whether libvirt can keep a note in its image of what is written. */
    boolean isTrackable() {
      return isWritable && !isShared && format.equals("qcow2");
    }
  }

  /** Reads a {@code domain} element. */
  static Domain of(Element root) throws IOException {
    List<Disk> disks = new ArrayList<>();
    for (Element disk : LibvirtXml.path(root, "devices", "disk")) {
      if (disks.size() == MAXIMUM_DISKS) {
        throw new IOException("The machine has more than " + MAXIMUM_DISKS + " disks");
      }
      disks.add(disk(disk));
    }
    try {
      return new Domain(
          UUID.fromString(LibvirtXml.text(root, "uuid")),
          LibvirtXml.text(root, "name"),
          disks,
          agent(root),
          owner(root));
    } catch (IllegalArgumentException e) {
      throw new IOException("libvirt tells no UUID of the machine", e);
    }
  }

  private static Disk disk(Element disk) throws IOException {
    String target = LibvirtXml.attribute(disk, "dev", "target");
    // It becomes a file's name.
    if (!target.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")) {
      throw new IOException("libvirt tells a disk whose target is \"" + target + "\"");
    }
    String device = disk.getAttribute("device");
    return new Disk(
        target,
        LibvirtXml.attribute(disk, "type", "driver"),
        (device.isEmpty() || device.equals("disk"))
            && LibvirtXml.path(disk, "readonly").isEmpty()
            && !LibvirtXml.path(disk, "source").isEmpty(),
        !LibvirtXml.path(disk, "shareable").isEmpty(),
        sector(LibvirtXml.attribute(disk, "logical_block_size", "blockio")),
        sector(LibvirtXml.attribute(disk, "physical_block_size", "blockio")));
  }

  private static int sector(String told) {
    return told.equals("4096") ? 4096 : 512;
  }

  private static Optional<String> agent(Element root) {
    return LibvirtXml.path(root, "devices", "channel", "target").stream()
        .filter(target -> target.getAttribute("name").equals("org.qemu.guest_agent.0"))
        .map(target -> target.getAttribute("state"))
        .findFirst();
  }

  private static Optional<Owner> owner(Element root) {
    for (Element label : LibvirtXml.path(root, "seclabel")) {
      Matcher ids = OWNER.matcher(LibvirtXml.text(label, "label"));
      if (label.getAttribute("model").equals("dac") && ids.matches()) {
        return Optional.of(
            new Owner(Integer.parseInt(ids.group(1)), Integer.parseInt(ids.group(2))));
      }
    }
    return Optional.empty();
  }
}
