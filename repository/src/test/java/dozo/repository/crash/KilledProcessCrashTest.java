package dozo.repository.crash;

import static dozo.repository.TestRepository.commit;
import static dozo.repository.TestRepository.disk;
import static dozo.repository.TestRepository.feed;
import static dozo.repository.TestRepository.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.StateEntry;
import dozo.repository.OtherProcess;
import dozo.repository.Repository;
import dozo.repository.TestRepository;
import dozo.repository.ingest.IngestSession;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyRequest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/** A real process on a real file system, killed again and again in the middle of mixed work. */
@ExtendWith(Rerun.class)
final class KilledProcessCrashTest {

  /** The long form is documented in {@code docs/durability.md}. */
  private static final int KILLS = Integer.getInteger("dozo.crash.kills", 6);

  private static final long SEED = Rerun.SEED;

  /** How many lines a process may live for. */
  private static final int LINES = 30;

  private static final String ACKNOWLEDGED = "acknowledged ";

  @TempDir Path parent;

  /** Works until it is killed, and says so step by step. */
  static final class Worker {
    private Worker() {}

    @SuppressWarnings("SystemOut")
    static void main(String[] arguments) throws Exception {
      Random random = new Random(Long.parseLong(arguments[1]));
      byte[] shared = disk(new Random(SEED), 512 << 10);
      try (Repository repository = TestRepository.open(Path.of(arguments[0]))) {
        while (true) {
          List<IngestSession> sessions = new ArrayList<>();
          for (int i = 0; i <= random.nextInt(3); i++) {
            byte[] content = disk(random, (32 + random.nextInt(128)) * 4096);
            System.arraycopy(shared, 0, content, 0, Math.min(shared.length, content.length / 3));
            IngestSession session =
                repository.beginSession(
                    Scene.requestFor(vm(i), Map.of("disk0", content), Map.of()));
            feed(session.stream("disk0"), content);
            sessions.add(session);
            System.out.println("fed");
          }
          if (random.nextInt(4) == 0) {
            sessions.removeLast().close();
          }
          repository
              .state()
              .put(
                  new StateEntry(
                      "crash", new UUID(0, 1), JsonNodeFactory.instance.objectNode().put("n", 1)));
          System.out.println("committing");
          for (IngestSession session : sessions) {
            System.out.println(ACKNOWLEDGED + commit(session).restorePoint().id());
          }
          if (random.nextInt(8) == 0) {
            return;
          }
        }
      }
    }
  }

  @Test
  void losesNothingHoweverOftenItIsKilled() throws Exception {
    Path directory = parent.resolve("repository");
    TestRepository.create(directory);
    Random random = new Random(SEED);
    Set<String> acknowledged = new HashSet<>();
    for (int kill = 0; kill < KILLS; kill++) {
      Path oldIndex = parent.resolve("old.mdb");
      if (Files.exists(IndexCopies.dataFile(directory))) {
        Files.copy(IndexCopies.dataFile(directory), oldIndex, StandardCopyOption.REPLACE_EXISTING);
      }
      try {
        acknowledged.addAll(workUntilKilled(directory, random));
        spoilIndex(directory, oldIndex, random);
        check(directory, acknowledged);
      } catch (Exception | AssertionError e) {
        throw new AssertionError("Kill " + kill, e);
      }
    }
    System.out.printf(
        "Kills: seed %d, %d kills, %d acknowledged restore points%n",
        SEED, KILLS, acknowledged.size());
  }

  private static List<String> workUntilKilled(Path directory, Random random) throws Exception {
    List<String> lines = new ArrayList<>();
    try (OtherProcess worker =
        OtherProcess.start(
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"),
            Worker.class,
            directory.toString(),
            Long.toString(random.nextLong()))) {
      int left = 1 + random.nextInt(LINES);
      String line = worker.awaitLine("fed");
      while (--left > 0 && !line.isEmpty()) {
        line = worker.awaitLineOrEnd();
        lines.add(line);
      }
      lines.addAll(worker.killAndRead());
    }
    return lines.stream()
        .filter(line -> line.startsWith(ACKNOWLEDGED))
        .map(line -> line.substring(ACKNOWLEDGED.length()))
        .toList();
  }

  /** LMDB's files may be in any state. */
  private static void spoilIndex(Path directory, Path old, Random random) throws IOException {
    Path data = IndexCopies.dataFile(directory);
    switch (random.nextInt(6)) {
      case 0 -> Files.delete(data);
      case 1 -> {
        try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
          file.setLength(random.nextLong(file.length()));
        }
      }
      case 2 -> {
        try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
          for (int i = 0; i < 20; i++) {
            file.seek(random.nextLong(file.length()));
            file.write(random.nextInt(256));
          }
        }
      }
      case 3 -> {
        byte[] garbage = new byte[8192];
        random.nextBytes(garbage);
        Files.write(data.resolveSibling("lock.mdb"), garbage);
      }
      case 4 -> {
        if (Files.exists(old)) {
          Files.copy(old, data, StandardCopyOption.REPLACE_EXISTING);
        }
      }
      default -> {}
    }
  }

  private static void check(Path directory, Set<String> acknowledged) throws IOException {
    try (Repository repository = TestRepository.open(directory)) {
      List<String> listed = new ArrayList<>();
      for (RestorePoint point : repository.restorePoints()) {
        listed.add(point.id().toString());
        Recovery.checkWhole(repository, point);
      }
      assertThat(acknowledged).allMatch(listed::contains);
      assertThat(directory.resolve("tmp")).isEmptyDirectory();
      assertThat(repository.verify(VerifyRequest.all(false), VerifyListener.NONE).isSound())
          .isTrue();
    }
  }
}
