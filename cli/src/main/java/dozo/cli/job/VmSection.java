package dozo.cli.job;

import dozo.cli.config.Section;
import dozo.client.VmIds;
import dozo.format.manifest.ConsistencyLevel;
import dozo.format.manifest.VmRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** Reads the VMs of a job file, for which its top says what they have in common. */
final class VmSection {

  /** The attribute that tells what the group of a restore point is called. */
  private static final String GROUP_NAME = "group.name";

  private static final int MAXIMUM_MAKES = 1_024;
  private static final Duration LONGEST_HOOK = Duration.ofDays(7);

  /** What stands for a VM that cannot be read, until the file is refused for that. */
  private static final UUID NOBODY = new UUID(0, 0);

  private final Path directory;
  private final String namespace;
  private final String host;
  private final ConsistencyLevel required;
  private final SortedMap<String, String> attributes;
  private final Hooks hooks;

  /**
   * Reads what VMs have in common.
   *
   * @param directory what paths are relative to
   */
  VmSection(Section root, Path directory, String thisHost) {
    this.directory = directory;
    this.namespace = root.text("namespace").orElse("default");
    this.host = root.text("host").orElse(thisHost);
    this.required = root.choice("require", ConsistencyLevel.class).orElse(ConsistencyLevel.CRASH);
    this.attributes = root.named("attributes");
    this.hooks = hooks(root, Hooks.NONE);
  }

  JobVm read(Section section) {
    SortedMap<String, String> all = new TreeMap<>(attributes);
    all.putAll(section.named("attributes"));
    VmRef vm = vm(section);
    ConsistencyLevel level = section.choice("require", ConsistencyLevel.class).orElse(required);
    JobSource source = new SourceSection(section, directory).read(vm.id(), level);
    Optional<String> group = section.text("group");
    if (group.isPresent()) {
      if (!source.canJoin()) {
        section.wrong(
            "group",
            "is only for sources of files, of qemu and of libvirt, not for one of "
                + source.kind());
      }
      all.put(GROUP_NAME, group.get());
    }
    return new JobVm(vm, source, level, all, hooks(section, hooks), group);
  }

  private VmRef vm(Section section) {
    String space = section.text("namespace").orElse(namespace);
    String name = section.text("name").orElseGet(() -> section.missing("name", "?"));
    UUID id =
        section.value("id", "a UUID", UUID::fromString).orElseGet(() -> VmIds.ofName(space, name));
    try {
      return new VmRef(space, id, name, section.text("host").orElse(host));
    } catch (IllegalArgumentException e) {
      section.wrong("name", "cannot be used: " + e.getMessage());
      return new VmRef("default", NOBODY, "?", "?");
    }
  }

  private static Hooks hooks(Section section, Hooks usual) {
    Optional<Section> own = section.section("hooks");
    if (own.isEmpty()) {
      return usual;
    }
    Section hooks = own.get();
    Duration timeout = hooks.time("timeout").orElse(usual.timeout());
    if (timeout.compareTo(LONGEST_HOOK) > 0 || timeout.isZero()) {
      hooks.wrong("timeout", "is to be 1s to 7d");
    }
    String makes = hooks.text("makes").orElse("");
    if (makes.length() > MAXIMUM_MAKES) {
      hooks.wrong("makes", "has 1,024 characters at the most");
    }
    if (!makes.isEmpty() && !hooks.has("after")) {
      hooks.missing("after", makes);
    }
    return new Hooks(
        makes, hooks.texts("before"), hooks.texts("post-commit"), hooks.texts("after"), timeout);
  }
}
