package dozo.repository.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Plays one workload and cuts the power at every place of its journal, several times with other
 * luck.
 */
final class PowerCuts {

  private static final int STEPS = 12;
  private static final int LUCKS = 3;

  /** Of the 256 directories that a new repository makes one after another, so many are enough. */
  private static final int SAME_PLACES = 32;

  private final long seed;
  private final List<Step> steps;
  private int points;

  PowerCuts(long seed, List<Step> steps) {
    this.seed = seed;
    this.steps = steps;
  }

  /** How many places and lucks have been tried. */
  int points() {
    return points;
  }

  /** What chooses everything here. */
  long seed() {
    return seed;
  }

  /**
   * Plays and cuts.
   *
   * @throws AssertionError if a promise is broken, with the line that runs it again
   */
  void run() throws IOException {
    try (RealDirectory real = new RealDirectory()) {
      Path root = real.path();
      Scene scene = play(root);
      List<DiskChange> journal = scene.machine().journal();
      SimulatedDisk disk = new SimulatedDisk();
      for (int position = 0; position <= journal.size(); position++) {
        if (position == journal.size() || isWorthACut(journal, position)) {
          for (int luck = 0; luck < LUCKS; luck++) {
            cut(root, scene, disk, journal, position, luck);
          }
        }
        if (position < journal.size()) {
          disk.apply(journal.get(position));
        }
      }
    }
  }

  private Scene play(Path root) throws IOException {
    Scene scene = new Scene(root, seed);
    try (scene) {
      for (int i = 0; i < STEPS; i++) {
        steps.get(scene.random().nextInt(steps.size())).run(scene);
      }
    } catch (IOException | RuntimeException | Error e) {
      throw new AssertionError("The workload itself failed; " + rerun(), e);
    }
    return scene;
  }

  private static boolean isWorthACut(List<DiskChange> journal, int position) {
    return position == 0
        || !(journal.get(position) instanceof DiskChange.CreateDirectory)
        || position % SAME_PLACES == 0;
  }

  private void cut(
      Path root,
      Scene scene,
      SimulatedDisk disk,
      List<DiskChange> journal,
      int position,
      int luck) {
    Random random = new Random(seed * 1_000_003 + position * 31L + luck);
    String index = "";
    SimulatedDisk left = luck == 0 ? disk.afterWorstPowerCut() : disk.afterPowerCut(random);
    try {
      index = scene.indexCopies().put(root, position, random);
      new Recovery(root, scene.promises(), position, random).check(left);
      points++;
    } catch (IOException | RuntimeException | AssertionError e) {
      throw new AssertionError(
          "Power cut after change %d of %d (%s), luck %d, with %s; what was left is in %s; %s"
              .formatted(
                  position,
                  journal.size(),
                  position == 0 ? "none" : describe(journal.get(position - 1)),
                  luck,
                  index,
                  keep(left),
                  rerun()),
          e);
    }
  }

  private static String describe(DiskChange change) {
    return change instanceof DiskChange.Append(String path, var bytes)
        ? "Append[path=" + path + ", bytes=" + bytes.remaining() + "]"
        : change.toString();
  }

  /** Threads take turns as they like, so a seed may fail at another place when it runs again. */
  private String rerun() {
    return Rerun.line("PowerCutCrashTest", seed) + " -Ddozo.crash.points=1";
  }

  /** Keeps a disk for whoever looks for the reason. */
  private Path keep(SimulatedDisk disk) {
    try {
      Path directory =
          Files.createTempDirectory(
              Files.createDirectories(Path.of("target")), "crash-seed-" + seed + "-");
      write(disk.directory(""), directory);
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(SimulatedDirectory directory, Path to) throws IOException {
    for (Map.Entry<String, SimulatedDisk.Node> each : directory.names().entrySet()) {
      Path path = to.resolve(each.getKey());
      switch (each.getValue()) {
        case SimulatedFile file -> Files.write(path, Arrays.copyOf(file.bytes(), file.length()));
        case SimulatedDirectory below -> write(below, Files.createDirectory(path));
      }
    }
  }
}
