package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Progress;
import dozo.cli.console.Quantity;
import dozo.client.BackupJob;
import dozo.client.BackupListener;
import dozo.client.BackupProgress;
import dozo.client.BackupRequest;
import dozo.client.BackupResult;
import dozo.client.KnownReceiptKeys;
import dozo.client.LeasedSource;
import dozo.client.NetworkThrottle;
import dozo.client.ReceiptTrust;
import dozo.client.RetryPolicy;
import dozo.client.Transfer;
import dozo.client.VmIds;
import dozo.client.lvm.LvmOptions;
import dozo.client.lvm.LvmVmSource;
import dozo.client.source.ChangeList;
import dozo.client.source.DiskFile;
import dozo.client.source.FileVmSource;
import dozo.client.source.TrackedChanges;
import dozo.client.source.VmSource;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.ConsistencyLevel;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.protocol.client.ConnectionSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code dozo backup}. */
@Command(
    name = "backup",
    description = {
      "Push a VM's disks to a server as one restore point.",
      "",
      "A disk is a raw image, a block device or a .vhdx file; holes and zeros are neither read nor"
          + " sent where the system tells them. The VM must be off, or the disks a snapshot: a disk"
          + " that changes while it is read is an error. With --qmp a machine of qemu, and with"
          + " --libvirt one of libvirt, is backed up while it runs, and only what has changed"
          + " since its last backup is read. If the"
          + " connection is lost the backup goes on where it was once the server is back."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo backup --vm web /var/lib/libvirt/images/web.raw",
      "  dozo backup --vm db --vm-id 6f9619ff-8b86-d011-b42d-00c04fc964ff \\",
      "      system=/dev/vg/db-snap data=/dev/vg/db-data-snap --config db.xml",
      "  dozo backup --vm web web.raw --base 01a20092-d2bb-7612-a0fa-d3ea599996e3 --changes"
          + " dirty.txt",
      "  dozo backup --vm web --qmp /run/vm/web.qmp --agent /run/vm/web.agent --require filesystem",
      "  dozo backup --vm mail --libvirt mail",
      "  dozo backup --server backup1 --fingerprint 3f…9a --token-file /etc/dozo/token \\",
      "      --vm mail --json mail.vhdx"
    })
final class BackupCommand extends DozoCommand {

  @ArgGroup(validate = false, heading = "%nServer:%n", order = 10)
  private ServerOptions server = new ServerOptions();

  @ArgGroup(validate = false, heading = "%nA machine that runs:%n", order = 20)
  private RunningMachineOptions machine = new RunningMachineOptions();

  @Parameters(
      paramLabel = "[NAME=]DISK",
      arity = "0..*",
      description = "The disks; named disk0, disk1 and so on unless a name is given.")
  private List<String> disks = List.of();

  @Option(names = "--vm", required = true, paramLabel = "NAME", description = "The VM's name.")
  private String name = "";

  @Option(
      names = "--vm-id",
      paramLabel = "UUID",
      description =
          "The hypervisor's id of the VM, by which its restore points belong together even if it is"
              + " renamed or moves. Without it one is derived from namespace and name.")
  private @Nullable UUID id;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "Its cluster or tenant. Default: ${DEFAULT-VALUE}.")
  private String namespace = "";

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description = "Where it runs. Default: the name of this machine.")
  private @Nullable String host;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A configuration file to keep beside the disks, such as libvirt's XML.")
  private List<Path> configuration = List.of();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "raw or vhdx, for all disks. Default: vhdx if a name ends so, else raw.")
  private DiskFile.@Nullable Format format;

  @Option(
      names = "--lvm",
      description =
          "The disks are thin volumes of LVM: read each from a snapshot that is made for it and"
              + " removed again. The VM may run; its disks are then as after a power cut.")
  private boolean lvm;

  @Option(
      names = "--base",
      paramLabel = "ID",
      description =
          "The restore point of this VM that --changes are told against. Only they are sent, and a"
              + " sample of the rest is compared.")
  private @Nullable String base;

  @Option(
      names = "--changes",
      paramLabel = "[NAME=]FILE",
      description =
          "What has changed on a disk since the base: an offset and a length a line, in bytes. A"
              + " disk without such a list is read whole.")
  private List<String> changes = List.of();

  @Option(
      names = "--attribute",
      paramLabel = "NAME=VALUE",
      description = "A further fact to note in the restore point.")
  private Map<String, String> attributes = Map.of();

  @Option(
      names = "--require",
      paramLabel = "LEVEL",
      defaultValue = "crash",
      description =
          "How consistent it has to be, or there is no restore point: application, filesystem or"
              + " crash. Default: ${DEFAULT-VALUE}, which anything is.")
  private ConsistencyLevel required = ConsistencyLevel.CRASH;

  @Option(
      names = "--transfer",
      paramLabel = "WAY",
      defaultValue = "auto",
      description =
          "How to bring the disks over: stream sends everything, source cuts and hashes here and"
              + " sends what the server has not, auto finds out what suits the link and the data."
              + " Default: ${DEFAULT-VALUE}.")
  private Transfer transfer = Transfer.AUTO;

  @Option(
      names = "--retries",
      paramLabel = "N",
      defaultValue = "14",
      description =
          "How often to look for a lost server before giving up; 14 is some five minutes."
              + " Default: ${DEFAULT-VALUE}.")
  private int retries;

  @Option(
      names = "--receipt",
      paramLabel = "FILE",
      description = "Write the server's signed receipt there.")
  private @Nullable Path receiptFile;

  @Option(
      names = "--receipt-key",
      paramLabel = "BASE64",
      description = "Accept only receipts that this key signed.")
  private @Nullable String receiptKey;

  @Option(
      names = "--known-receipt-keys",
      paramLabel = "FILE",
      description = "Note the key of each repository there at first sight, and accept no other.")
  private @Nullable Path knownReceiptKeys;

  @Mixin private BlockTagOptions blockTags = new BlockTagOptions();

  BackupCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    try (VmSource source = source()) {
      ConnectionSettings settings = server.settings(secrets());
      VmRef vm = new VmRef(namespace, idOf(source), name, host != null ? host : thisHost());
      BackupRequest request =
          new BackupRequest(
              settings,
              vm,
              new LeasedSource(settings, vm, source),
              new TreeMap<>(attributes),
              transfer,
              NetworkThrottle.UNLIMITED,
              new RetryPolicy(
                  retries, RetryPolicy.USUAL.firstPause(), RetryPolicy.USUAL.longestPause()),
              receiptTrust(),
              blockTags.store(secrets()),
              required,
              Optional.empty());
      BackupResult result = push(request, output);
      if (receiptFile != null) {
        Files.writeString(receiptFile, BackupReport.receipt(result) + "\n");
      }
      BackupReport.print(result, request.vm(), output);
    }
    return ExitCode.OK;
  }

  private VmSource source() throws IOException {
    machine
        .mistake()
        .ifPresent(mistake -> {
          throw misuse(mistake);
        });
    if (!machine.isGiven()) {
      if (disks.isEmpty()) {
        throw misuse("Missing required parameter: '[NAME=]DISK', or --qmp, or --libvirt");
      }
      return lvm ? volumes() : new FileVmSource(diskFiles(), configuration);
    }
    if (lvm) {
      throw misuse("--lvm is for volumes, not for a machine that is asked for its disks");
    }
    if (format != null || base != null || !changes.isEmpty()) {
      throw misuse(
          "--format, --base and --changes are for files: the hypervisor tells what has changed");
    }
    return machine.open(devices(), configuration, required, secrets());
  }

  /** The machine's own id, unless another is given or it has none. */
  private UUID idOf(VmSource source) throws IOException {
    return id != null ? id : source.id().orElseGet(() -> VmIds.ofName(namespace, name));
  }

  private VmSource volumes() {
    if (format != null || base != null || !changes.isEmpty()) {
      throw misuse("--format, --base and --changes do not go with --lvm");
    }
    return new LvmVmSource(
        new LvmOptions(
            named(disks),
            configuration,
            LvmOptions.USUAL_LVM,
            LvmOptions.USUAL_DEVICES,
            SweepSourceCommand.journals(secrets()),
            RunningMachineOptions.watchdog()));
  }

  /** Ids of devices by the names of their disks. */
  private Map<String, String> devices() {
    Map<String, String> devices = new LinkedHashMap<>();
    for (String argument : disks) {
      int equals = argument.indexOf('=');
      String device = argument.substring(equals + 1);
      if (devices.put(equals > 0 ? argument.substring(0, equals) : device, device) != null) {
        throw misuse("Two disks have the name of " + argument);
      }
    }
    return devices;
  }

  private BackupResult push(BackupRequest request, Output output) throws IOException {
    try (Progress progress = Progress.open(output, name)) {
      BackupJob job = new BackupJob(request, new Display(output, progress));
      try (Interruption _ = Interruption.cancels(job::cancel)) {
        return job.run();
      }
    }
  }

  private List<DiskFile> diskFiles() throws IOException {
    Map<String, Path> lists = named(changes);
    if (lists.isEmpty() != (base == null)) {
      throw misuse("--base and --changes go together");
    }
    List<DiskFile> files = new ArrayList<>();
    for (Map.Entry<String, Path> disk : named(disks).entrySet()) {
      Path path = disk.getValue();
      files.add(
          new DiskFile(
              disk.getKey(),
              path,
              format != null ? format : DiskFile.formatOf(path),
              tracked(disk.getKey(), lists.remove(disk.getKey()))));
    }
    if (!lists.isEmpty()) {
      throw misuse("There is no disk " + lists.keySet() + " to have changes");
    }
    return files;
  }

  private Optional<TrackedChanges> tracked(String disk, @Nullable Path list) throws IOException {
    if (list == null || base == null) {
      return Optional.empty();
    }
    RestorePointId point;
    try {
      point = RestorePointId.parse(base);
    } catch (IllegalArgumentException e) {
      throw misuse("--base takes the whole id of a restore point, not " + base);
    }
    return Optional.of(new TrackedChanges(point, disk, ChangeList.read(list)));
  }

  /** Files by the names of their disks, in their order. */
  private Map<String, Path> named(List<String> arguments) {
    Map<String, Path> files = new LinkedHashMap<>();
    for (String argument : arguments) {
      // A name has no slash, so that a path with an equals sign in a directory stays a path.
      int equals = argument.indexOf('=');
      boolean named = equals > 0 && argument.lastIndexOf('/', equals) < 0;
      String disk = named ? argument.substring(0, equals) : "disk" + files.size();
      if (files.put(disk, Path.of(named ? argument.substring(equals + 1) : argument)) != null) {
        throw misuse("Two files are named " + disk);
      }
    }
    return files;
  }

  private ReceiptTrust receiptTrust() {
    if (receiptKey != null && knownReceiptKeys != null) {
      throw misuse("Give --receipt-key or --known-receipt-keys, not both");
    }
    if (receiptKey != null) {
      return ReceiptTrust.pinned(receiptKey);
    }
    return knownReceiptKeys != null ? new KnownReceiptKeys(knownReceiptKeys) : ReceiptTrust.ANY;
  }

  private static String thisHost() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /** Shows how the backup goes. */
  private record Display(Output output, Progress progress) implements BackupListener {

    @Override
    public void progressed(BackupProgress now) {
      progress.show(
          new Progress.Step(
              now.readBytes(),
              now.dataBytes(),
              detail(now),
              json ->
                  json.put("sentBytes", now.sentBytes())
                      .put("transfer", now.transfer())
                      .put("newBytes", now.newBytes())
                      .put("duplicateBytes", now.duplicateBytes())
                      .put("storedBytes", now.storedBytes())));
    }

    private static String detail(BackupProgress now) {
      long known = now.newBytes() + now.duplicateBytes();
      return known == 0 ? "" : "new " + now.newBytes() * 100 / known + " %, by " + now.transfer();
    }

    @Override
    public void checkpointed(Consistency consistency) {
      Duration still =
          consistency.frozenAt().isPresent() && consistency.thawedAt().isPresent()
              ? Duration.between(consistency.frozenAt().get(), consistency.thawedAt().get())
              : Duration.ZERO;
      output.json(
          "checkpoint",
          json ->
              json.put("asked", consistency.asked().word())
                  .put("achieved", consistency.achieved().word())
                  .put("mechanism", consistency.mechanism())
                  .put("reason", consistency.reason())
                  .put("stillMilliseconds", still.toMillis()));
      if (!consistency.reason().isEmpty()) {
        output.warn("only " + consistency.achieved().word() + ": " + consistency.reason());
      }
    }

    @Override
    public void leftBehind(IOException cause) {
      output.warn("the restore point is there, but: " + cause.getMessage());
    }

    @Override
    public void readingWhole(String disk, String reason) {
      output.warn(disk + " is read whole: " + reason);
    }

    @Override
    public void committing() {
      output.json("committing", json -> {});
    }

    @Override
    public void retrying(IOException cause, Duration pause) {
      output.warn(cause.getMessage() + " Trying again in " + Quantity.time(pause) + ".");
    }
  }
}
