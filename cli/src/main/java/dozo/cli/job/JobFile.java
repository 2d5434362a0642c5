package dozo.cli.job;

import dozo.cli.config.ConfigFile;
import dozo.cli.config.Section;
import dozo.cli.secret.SecretReader;
import dozo.client.NetworkThrottle;
import dozo.client.RetryPolicy;
import dozo.client.Transfer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads jobs: {@code docs/jobs.md} has the file. */
public final class JobFile {

  private static final int MAXIMUM_PARALLEL = 64;
  private static final int MAXIMUM_GROUP = 256;
  private static final int MAXIMUM_RETRIES = 10_000;

  private JobFile() {}

  /**
   * Reads a job.
   *
   * @param environment where the server is looked for that the file does not name
   * @param thisHost the name of this machine
   * @throws dozo.cli.config.ConfigException with all mistakes, if there are any
   */
  public static Job read(Path path, SecretReader environment, String thisHost) throws IOException {
    ConfigFile file = ConfigFile.read(path);
    Section root = file.root();
    Path directory = Objects.requireNonNullElse(path.toAbsolutePath().getParent(), path);
    ServerSection server = new ServerSection(root, directory, environment);
    Optional<Section> network = root.section("network");
    Optional<Section> attempts = root.section("attempts");
    Job job =
        new Job(
            root.text("name").orElseGet(() -> nameOf(path)),
            server.read(),
            root.number("parallel", 1, MAXIMUM_PARALLEL).orElse(1L).intValue(),
            attempts.map(JobFile::attempts).orElse(new Attempts(1, Duration.ZERO)),
            network
                .flatMap(section -> section.number("retries", 0, MAXIMUM_RETRIES))
                .orElse((long) RetryPolicy.USUAL.tries())
                .intValue(),
            network
                .flatMap(section -> section.choice("transfer", Transfer.class))
                .orElse(Transfer.AUTO),
            network.map(JobFile::throttle).orElse(NetworkThrottle.UNLIMITED),
            root.path("known-receipt-keys").map(directory::resolve),
            vms(root, new VmSection(root, directory, thisHost)));
    file.check();
    return job;
  }

  private static String nameOf(Path path) {
    String name = String.valueOf(path.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private static Attempts attempts(Section section) {
    return new Attempts(
        section.number("count", 1, Attempts.MAXIMUM).orElse(1L).intValue(),
        section.time("pause").orElse(Duration.ofMinutes(5)));
  }

  private static NetworkThrottle throttle(Section network) {
    List<NetworkThrottle.Limit> limits = new ArrayList<>();
    for (Section section : network.sections("limits")) {
      Hours hours =
          section.value("hours", "hours such as 08:00-18:00", Hours::parse).orElse(Hours.ALL);
      long rate =
          section
              .size("rate")
              .orElseGet(() -> section.missing("rate", NetworkThrottle.LOWEST_RATE));
      if (rate < NetworkThrottle.LOWEST_RATE) {
        section.wrong("rate", "is to be 64K, bytes a second, or more");
      } else {
        limits.add(new NetworkThrottle.Limit(hours.from(), hours.to(), rate));
      }
    }
    return new NetworkThrottle(limits, Clock.system(ZoneId.systemDefault()));
  }

  private record Hours(LocalTime from, LocalTime to) {

    static final Hours ALL = new Hours(LocalTime.MIDNIGHT, LocalTime.MIDNIGHT);

    static Hours parse(String text) {
      String[] parts = text.split("-", -1);
      if (parts.length != 2) {
        throw new IllegalArgumentException("No hours: " + text);
      }
      return new Hours(time(parts[0]), time(parts[1]));
    }

    private static LocalTime time(String text) {
      try {
        return LocalTime.parse(text.strip());
      } catch (DateTimeException e) {
        throw new IllegalArgumentException(e);
      }
    }
  }

  private static List<JobVm> vms(Section root, VmSection reader) {
    List<JobVm> vms = new ArrayList<>();
    Map<Object, Integer> lines = new HashMap<>();
    Map<String, List<Section>> members = new HashMap<>();
    for (Section section : root.sections("vms")) {
      JobVm vm = reader.read(section);
      Integer before = lines.putIfAbsent(vm.vm().id(), section.line());
      if (before != null) {
        section.wrong("name", "and id are those of the VM on line " + before);
      }
      vms.add(vm);
      vm.group()
          .ifPresent(group -> members.computeIfAbsent(group, _ -> new ArrayList<>()).add(section));
    }
    members.forEach((group, sections) -> {
      if (sections.size() == 1) {
        sections.getFirst().wrong("group", "is to have two VMs or more, and " + group + " has one");
      } else if (sections.size() > MAXIMUM_GROUP) {
        sections.getFirst().wrong("group", "is to have 256 VMs at the most");
      }
    });
    if (vms.isEmpty() && root.has("vms")) {
      root.wrong("vms", "is to have one VM or more");
    }
    root.missing("vms", vms);
    return vms;
  }
}
