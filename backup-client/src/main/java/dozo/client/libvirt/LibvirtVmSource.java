package dozo.client.libvirt;

import dozo.client.leftover.CleanupSteps;
import dozo.client.leftover.Journal;
import dozo.client.leftover.Journals;
import dozo.client.leftover.ScratchDirectory;
import dozo.client.leftover.Watchdog;
import dozo.client.nbd.NbdDisk;
import dozo.client.program.ProgramException;
import dozo.client.socket.Deadline;
import dozo.client.source.Checkpoint;
import dozo.client.source.CheckpointTrace;
import dozo.client.source.FreezeMeeting;
import dozo.client.source.RawFile;
import dozo.client.source.SourceException;
import dozo.client.source.SourceUnreadableException;
import dozo.client.source.VmSource;
import dozo.format.Fault;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskGeometry;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A machine of libvirt that runs on this host. For one thread. */
public final class LibvirtVmSource implements VmSource {

  private static final Logger LOG = LoggerFactory.getLogger(LibvirtVmSource.class);
  private static final String LOST =
      "see libvirt's log; if the guest wrote more than there is room for while the backup ran, give"
          + " more with --scratch-limit, or a --scratch elsewhere";

  private final LibvirtOptions options;
  private final FreezeMeeting meeting;
  private final Clock clock;
  private final RandomGenerator random;
  private final Virsh virsh;
  private final Domain domain;

  private boolean hasLeftNothing = true;

  private LibvirtVmSource(
      LibvirtOptions options,
      FreezeMeeting meeting,
      Clock clock,
      RandomGenerator random,
      Virsh virsh,
      Domain domain) {
    this.options = options;
    this.meeting = meeting;
    this.clock = clock;
    this.random = random;
    this.virsh = virsh;
    this.domain = domain;
  }

  /**
   * Finds the machine, and removes what an earlier backup of it may have left.
   *
   * @throws SourceUnreadableException if libvirt does not answer or does not know the machine, or
   *     what was left cannot be removed
   */
  public static LibvirtVmSource open(LibvirtOptions options) throws IOException {
    return open(options, FreezeMeeting.alone());
  }

  /**
   * The same, for a machine that stands still together with others.
   *
   * @param meeting where it meets them, once
   */
  public static LibvirtVmSource open(LibvirtOptions options, FreezeMeeting meeting)
      throws IOException {
    Virsh virsh = new Virsh(options.virsh(), options.connection());
    Domain domain;
    try {
      domain = virsh.domain(options.domain());
    } catch (IOException e) {
      throw unreadable(options, "libvirt cannot be asked for it: " + e.getMessage(), cure(e), e);
    }
    if (!options.domain().equals(domain.name())
        && !options.domain().equalsIgnoreCase(domain.uuid().toString())) {
      throw unreadable(
          options,
          "libvirt takes that for the number under which " + domain.name() + " runs",
          "give the machine's UUID",
          null);
    }
    sweep(options, domain);
    return new LibvirtVmSource(
        options, meeting, Clock.systemUTC(), new SecureRandom(), virsh, domain);
  }

  private static String cure(IOException e) {
    if (e instanceof ProgramException) {
      return "install virsh (Debian: libvirt-clients), and see whether 'virsh list' answers";
    }
    return e instanceof VirshException said && said.isNoDomain()
        ? "name one that 'virsh list --all' shows"
        : "see whether libvirt runs and this user may use it: virsh -c CONNECTION list";
  }

  private static void sweep(LibvirtOptions options, Domain domain) throws IOException {
    Optional<String> left =
        Journals.clear(
            options.journals(),
            new LibvirtSweeper(),
            plan -> plan.path("domain").asString("").equals(domain.uuid().toString()));
    if (left.isPresent()) {
      throw unreadable(options, left.get(), "see docs/libvirt.md", null);
    }
  }

  /** The machine's UUID. */
  @Override
  public Optional<UUID> id() {
    return Optional.of(domain.uuid());
  }

  @Override
  public List<CheckpointTrace> traces() {
    return List.of(
        new CheckpointTrace(LibvirtPlan.KIND, "checkpoint of the machine " + domain.uuid()));
  }

  @Override
  public boolean hasLeftNothing() {
    return hasLeftNothing;
  }

  @Override
  public Checkpoint checkpoint() throws IOException {
    try {
      Virsh.State state = virsh.state(domain.uuid());
      if (!state.isActive()) {
        throw unreadable(
            options,
            "The machine is " + state.word() + ", and libvirt backs up machines that run",
            "start it, or back up its images as files while it is off",
            null);
      }
      if (virsh.backupSocket(domain.uuid()).isPresent()) {
        // Libvirt would wait for its end, with the guest frozen.
        throw unreadable(
            options,
            "Another backup of the machine is under way",
            "wait for its end, or end it with 'virsh domjobabort'",
            null);
      }
      Map<String, Domain.Disk> disks = disks();
      LibvirtPlan plan = plan(state);
      ScratchDirectory.checkLength(plan.nbdSocket());
      Journal journal =
          Journal.create(
              options.journals(), LibvirtPlan.KIND, plan.id(), plan.toJson(), clock.instant());
      try {
        return checkpoint(disks, plan, journal);
      } finally {
        hasLeftNothing = journal.isFinished();
      }
    } catch (SourceException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(
          options,
          "The machine cannot be backed up: " + e.getMessage(),
          "see docs/libvirt.md for what it takes",
          e);
    }
  }

  private Checkpoint checkpoint(Map<String, Domain.Disk> disks, LibvirtPlan plan, Journal journal)
      throws IOException {
    Watchdog.Watch watch;
    try {
      watch = options.watchdog().begin(journal.file());
    } catch (IOException | RuntimeException | Error e) {
      journal.finish();
      throw e;
    }
    LibvirtCheckpoint.Parts parts = new LibvirtCheckpoint.Parts(plan, journal, watch);
    List<CleanupSteps.Step> undo = new ArrayList<>();
    try {
      return make(disks, parts, undo);
    } catch (IOException | RuntimeException | Error e) {
      CleanupSteps steps = new CleanupSteps();
      undo.reversed().forEach(steps::run);
      steps.run(() ->
          LibvirtCheckpoint.end(parts, new LibvirtCleanup(plan, journal.steps())::runAfterFailure));
      steps.failure().ifPresent(e::addSuppressed);
      throw e;
    }
  }

  /**
   * Makes the checkpoint.
   *
   * @param undo is told how to let go of what was opened, in order
   */
  private Checkpoint make(
      Map<String, Domain.Disk> disks, LibvirtCheckpoint.Parts parts, List<CleanupSteps.Step> undo)
      throws IOException {
    LibvirtPlan plan = parts.plan();
    ScratchDirectory.make(options.journals(), plan.documents(), Optional.empty());
    ScratchDirectory.make(options.scratch(), plan.scratch(), owner());
    List<String> targets = disks.values().stream().map(Domain.Disk::target).toList();
    Tracking tracking =
        Tracking.prepare(new BackupDocuments(plan, domain.disks(), Set.copyOf(targets)));
    List<Long> sizes = new ArrayList<>();
    for (String target : targets) {
      sizes.add(virsh.sizeBytes(plan.domain(), target));
    }
    Definition definition = new Definition(virsh.definition(plan.domain()));
    List<RawFile> files = new ArrayList<>();
    for (Path file : options.files()) {
      RawFile open = RawFile.open(String.valueOf(file.getFileName()), file);
      undo.add(open::close);
      files.add(open);
    }
    ScratchGuard guard = ScratchGuard.begin(plan, options.scratchBytes());
    undo.add(guard::close);
    List<Tracking.Way> taken = new ArrayList<>();
    Consistency consistency =
        new LibvirtFreeze(plan, options, domain, parts.journal(), parts.watch(), meeting, clock)
            .run(domain, deadline -> taken.add(begin(tracking, deadline)));
    List<LibvirtCheckpoint.Part> open = new ArrayList<>();
    for (Map.Entry<String, Domain.Disk> disk : disks.entrySet()) {
      long size = sizes.get(open.size());
      open.add(openDisk(plan, disk.getKey(), disk.getValue(), size, taken.getFirst(), tracking));
      undo.add(open.getLast().disk()::close);
    }
    return new LibvirtCheckpoint(parts, consistency, open, definition, files, guard);
  }

  /** Begins the backup job in the best way that libvirt can keep to. */
  private Tracking.Way begin(Tracking tracking, Deadline deadline) throws IOException {
    List<Tracking.Way> ways = tracking.ways();
    for (Tracking.Way way : ways) {
      try {
        virsh.beginBackup(domain.uuid(), way.backup(), way.checkpoint(), deadline.left());
        return way;
      } catch (VirshException e) {
        if (way.equals(ways.getLast()) || deadline.hasPassed()) {
          throw e;
        }
        LOG.info("domain={} cause={}", domain.uuid(), e.getMessage());
        tracking.failed(way, e);
      }
    }
    throw new IllegalStateException("There is always a way");
  }

  private LibvirtCheckpoint.Part openDisk(
      LibvirtPlan plan,
      String name,
      Domain.Disk disk,
      long sizeBytes,
      Tracking.Way way,
      Tracking tracking)
      throws IOException {
    String target = disk.target();
    String export = BackupDocuments.export(target);
    Optional<LibvirtCheckpoint.Known> known = Optional.empty();
    String since = way.since().get(target);
    if (since != null) {
      known =
          Optional.of(
              new LibvirtCheckpoint.Known(
                  since, NbdDisk.dirty(plan.nbdSocket(), export, BackupDocuments.bitmap(target))));
    }
    NbdDisk open =
        NbdDisk.open(
            name,
            new DiskGeometry(sizeBytes, disk.logicalSectorBytes(), disk.physicalSectorBytes()),
            plan.nbdSocket(),
            export,
            LOST);
    if (known.isEmpty()) {
      tracking.reason(target).ifPresent(open::tellWhole);
    }
    return new LibvirtCheckpoint.Part(open, target, way.tracked().contains(target), known);
  }

  private LibvirtPlan plan(Virsh.State state) throws IOException {
    String id = Journal.newId(random);
    return new LibvirtPlan(
        id,
        virsh,
        domain.uuid(),
        options.journals().resolve(id),
        options.scratch().resolve(LibvirtPlan.PREFIX + id),
        options.chain(),
        state.isRunning(),
        new CheckpointNames(options.chain()).ours(virsh.checkpoints(domain.uuid())));
  }

  /** As whom qemu runs, if that is told. */
  private Optional<UserPrincipal> owner() throws IOException {
    if (domain.owner().isEmpty()) {
      return Optional.empty();
    }
    // The JDK takes a number for a user who has no name.
    return Optional.of(
        options
            .scratch()
            .getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName(String.valueOf(domain.owner().get().user())));
  }

  /** The disks that are backed up, by the names that they are to have. */
  private Map<String, Domain.Disk> disks() throws IOException {
    List<Domain.Disk> all = domain.disks().stream().filter(Domain.Disk::isWritable).toList();
    Map<String, Domain.Disk> chosen = new LinkedHashMap<>();
    if (options.disks().isEmpty()) {
      all.forEach(disk -> chosen.put(disk.target(), disk));
    }
    for (Map.Entry<String, String> wanted : options.disks().entrySet()) {
      chosen.put(
          wanted.getKey(),
          all.stream()
              .filter(disk -> disk.target().equals(wanted.getValue()))
              .findFirst()
              .orElseThrow(() ->
                  unreadable(
                      options,
                      "The machine has no disk " + wanted.getValue() + " that can be written to",
                      "name one of " + all.stream().map(Domain.Disk::target).toList(),
                      null)));
    }
    if (chosen.isEmpty()) {
      throw unreadable(
          options,
          "The machine has no disk that can be written to",
          "see 'virsh domblklist'",
          null);
    }
    return chosen;
  }

  private static SourceUnreadableException unreadable(
      LibvirtOptions options, String what, String cure, @Nullable IOException e) {
    return new SourceUnreadableException(
        Fault.of(what).in("domain " + options.domain() + " in " + options.connection()).cure(cure),
        e);
  }

  /** Holds nothing between checkpoints. */
  @Override
  public void close() {}
}
