package dozo.server.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** Files of a log of which a power cut leaves what was synced, and anything of the rest. */
final class SimulatedAuditStorage implements AuditStorage {

  /** The machine has lost its power. */
  static final class PowerCut extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static final class File {
    private byte[] content = new byte[0];
    private int syncedBytes;
    private boolean isNameSynced;
  }

  private final TreeMap<String, File> files = new TreeMap<>();
  private final Random luck;
  private int changesLeft = Integer.MAX_VALUE;
  private int changes;
  private boolean failing;

  SimulatedAuditStorage(Random luck) {
    this.luck = luck;
  }

  /** Cuts the power in the midst of a change, the first being 1. */
  void cutAfter(int count) {
    changesLeft = count;
  }

  /** Has each sync fail from now on, or not any more. */
  void fail(boolean wish) {
    failing = wish;
  }

  int changes() {
    return changes;
  }

  /** What is found when the power is back. */
  SimulatedAuditStorage afterPowerCut() {
    SimulatedAuditStorage found = new SimulatedAuditStorage(luck);
    files.forEach((name, file) -> {
      if (!file.isNameSynced && luck.nextBoolean()) {
        return;
      }
      int kept = file.syncedBytes + luck.nextInt(file.content.length - file.syncedBytes + 1);
      byte[] content = Arrays.copyOf(file.content, kept);
      if (kept > file.syncedBytes && luck.nextBoolean()) {
        // The length reached the disk and some of the data did not.
        int from = file.syncedBytes + luck.nextInt(kept - file.syncedBytes);
        Arrays.fill(content, from, kept, (byte) 0);
      }
      File left = new File();
      left.content = content;
      left.syncedBytes = kept;
      left.isNameSynced = true;
      found.files.put(name, left);
    });
    return found;
  }

  private boolean isCut() {
    changes++;
    return --changesLeft == 0;
  }

  @Override
  public List<String> names() {
    return List.copyOf(files.keySet());
  }

  @Override
  public long sizeBytes(String name) {
    return file(name).content.length;
  }

  @Override
  public byte[] read(String name) {
    return file(name).content.clone();
  }

  private File file(String name) {
    File file = files.get(name);
    if (file == null) {
      throw new AssertionError("There is no file " + name);
    }
    return file;
  }

  @Override
  public void append(String name, byte[] bytes) {
    boolean cut = isCut();
    File file = files.computeIfAbsent(name, _ -> new File());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(file.content);
    all.write(bytes, 0, cut ? luck.nextInt(bytes.length + 1) : bytes.length);
    file.content = all.toByteArray();
    if (cut) {
      throw new PowerCut();
    }
  }

  @Override
  public void sync(String name) throws IOException {
    if (isCut()) {
      throw new PowerCut();
    }
    if (failing) {
      throw new IOException("injected");
    }
    file(name).syncedBytes = file(name).content.length;
  }

  @Override
  public void syncNames() {
    if (isCut()) {
      throw new PowerCut();
    }
    files.values().forEach(file -> file.isNameSynced = true);
  }

  @Override
  public Lock lock() {
    return () -> {};
  }

  /** Puts bytes in place of others, as somebody who tampers does. */
  void replace(String name, byte[] content) {
    file(name).content = content;
  }

  void remove(String name) {
    files.remove(name);
  }
}
