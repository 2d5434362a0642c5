package dozo.client.qemu;

import java.util.List;

/**
 * A disk of a machine, as qemu has it.
 *
 * @param name the device's id, or the name that the operator gave it
 * @param device the device's QOM path
 * @param node the node at the top of what the device reads and writes
 * @param format the node's driver, such as {@code qcow2}
 * @param sizeBytes its size
 * @param bitmaps the dirty bitmaps at the node
 */
record Drive(
    String name, String device, String node, String format, long sizeBytes, List<Bitmap> bitmaps) {

  Drive {
    bitmaps = List.copyOf(bitmaps);
  }

  /**
   * A dirty bitmap.
   *
   * @param inconsistent whether it was not saved when qemu ended, and says nothing any more
   * @param busy whether something uses it
   * @param recording whether writes are noted in it
   */
  record Bitmap(String name, boolean inconsistent, boolean busy, boolean recording) {}

  /** Whether bitmaps can outlive qemu. */
  boolean keepsBitmaps() {
    return format.equals("qcow2");
  }

  /** The same under another name. */
  Drive named(String other) {
    return new Drive(other, device, node, format, sizeBytes, bitmaps);
  }
}
