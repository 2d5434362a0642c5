package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Progress;
import dozo.cli.console.Quantity;
import dozo.cli.restore.DiskRestore;
import dozo.cli.restore.FlatVmdk;
import dozo.cli.restore.ImageLayout;
import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.format.disk.ChunkSource;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.FileEntry;
import dozo.format.manifest.RestorePoint;
import dozo.mount.image.ImageFormat;
import dozo.mount.image.ImageIds;
import dozo.mount.image.VhdxForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code dozo restore}. */
@Command(
    name = "restore",
    description = {
      "Write disks of a restore point to files.",
      "",
      "The files are sparse: holes take no room. A file gets its name when it is whole; until then"
          + " it ends in .dozo-part, and the same command goes on with it after an interruption.",
      "",
      "With --in-place a disk that is there is made what the restore point has: it is read, and only"
          + " what differs is fetched and written. With --base only what differs between the two"
          + " restore points is read. Nobody may use the target meanwhile; after an interruption"
          + " the same command ends what was begun."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo restore web --to /var/lib/libvirt/images      all disks of the latest, raw",
      "  dozo restore 019aaa2c disk0 --output web.vhdx      one disk as a VHDX",
      "  dozo restore db --to /tmp/db --format qcow2 --repository /srv/dozo",
      "  dozo restore 019aaa2c disk0 --in-place /dev/vg/web --dry-run       what would be written",
      "  dozo restore 019aaa2c disk0 --in-place web.raw --base web          roll back what changed"
    })
final class RestoreCommand extends DozoCommand {

  @Mixin private final AccessOptions access = new AccessOptions();

  @Parameters(index = "0", paramLabel = "POINT", description = Selection.DESCRIPTION)
  private String point = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "DISK",
      description = "Only these of its disks and configuration files.")
  private List<String> names = List.of();

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "The directory to write to; made if it is not there.")
  private @Nullable Path directory;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The file to write to, for a single disk.")
  private @Nullable Path file;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "raw, vhdx, qcow2, vmdk or vhd. Default: what --output ends with, else raw. A .vmdk is a"
              + " text that names the disk beside it, in NAME-flat.vmdk.")
  private @Nullable ImageFormat format;

  @Option(
      names = "--block-size",
      paramLabel = "SIZE",
      defaultValue = ImageOptions.BLOCK_SIZE,
      description = "The block size of a VHDX, 1M to 256M. Default: ${DEFAULT-VALUE}.")
  private String blockSize = ImageOptions.BLOCK_SIZE;

  @Option(
      names = "--new-identity",
      description = "Give disks identities of their own, for a clone beside the original.")
  private boolean newIdentity;

  @Option(names = "--replace", description = "Replace files that are there already.")
  private boolean replace;

  @Option(
      names = "--in-place",
      paramLabel = "TARGET",
      description =
          "The raw file or block device to make what the disk is; written only where it differs.")
  private @Nullable Path target;

  @Option(
      names = "--base",
      paramLabel = "POINT",
      description =
          "With --in-place: the restore point that the target holds. Only what differs from it is"
              + " read and written, after a check of that and of a sample of the rest.")
  private @Nullable String base;

  @Option(
      names = "--resize",
      description = "With --in-place: make a file as long as the disk if it is not.")
  private boolean resize;

  @Option(names = "--dry-run", description = "With --in-place: tell only what would be written.")
  private boolean dryRun;

  RestoreCommand(Context context) {
    super(context);
  }

  /** One file to write. */
  private record Item(String name, boolean isDisk, Path target, ImageFormat format) {}

  @Override
  ExitCode run(Output output) throws IOException {
    if (Stream.of(directory, file, target).filter(Objects::nonNull).count() != 1) {
      throw misuse(
          "Say where to write to: --to DIR, --output FILE for a single disk, or --in-place TARGET");
    }
    if (target == null && (base != null || resize || dryRun)) {
      throw misuse("--base, --resize and --dry-run need --in-place");
    }
    if (target != null && (replace || newIdentity || format() != ImageFormat.RAW)) {
      throw misuse("--in-place writes a raw disk, and has nothing to replace");
    }
    try (Access open = access.open(secrets())) {
      RestorePoint found = Selection.one(open, point);
      List<Item> items = items(found);
      if (target != null) {
        inPlace(open, found, items, target, output);
        return ExitCode.OK;
      }
      if (directory != null) {
        Files.createDirectories(directory);
      }
      for (Item item : items) {
        restore(open, found, item, output);
      }
    }
    return ExitCode.OK;
  }

  private void inPlace(Access open, RestorePoint found, List<Item> items, Path there, Output output)
      throws IOException {
    Item item = items.getFirst();
    if (!item.isDisk()) {
      throw misuse(item.name() + " is no disk");
    }
    Optional<RestorePoint> stated =
        base == null ? Optional.empty() : Optional.of(Selection.one(open, base));
    new InPlace(there, stated, resize, dryRun).run(open, found, item.name(), output);
  }

  private List<Item> items(RestorePoint found) throws IOException {
    List<Item> items = new ArrayList<>();
    for (DiskEntry disk : found.disks()) {
      if (names.isEmpty() || names.contains(disk.name())) {
        ImageFormat chosen = format();
        chosen.require(disk);
        items.add(new Item(disk.name(), true, target(disk.name() + chosen.suffix()), chosen));
      }
    }
    for (FileEntry entry : found.files()) {
      if (names.contains(entry.name()) || (names.isEmpty() && directory != null)) {
        items.add(new Item(entry.name(), false, target(entry.name()), ImageFormat.RAW));
      }
    }
    for (String name : names) {
      if (items.stream().noneMatch(item -> item.name().equals(name))) {
        throw new NotFoundException(
            Fault.of("The restore point has no disk or file \"" + name + "\"")
                .in("restore point " + found.id())
                .cure("'dozo show " + found.id() + "' lists them"));
      }
    }
    if (directory == null && items.size() != 1) {
      throw misuse(
          "The restore point has " + items.size() + " disks; name one of them, or use --to DIR");
    }
    return items;
  }

  private ImageFormat format() {
    if (format != null) {
      return format;
    }
    String name = file == null ? "" : file.toString().toLowerCase(Locale.ROOT);
    return Stream.of(ImageFormat.values())
        .filter(each -> name.endsWith(each.suffix()))
        .findFirst()
        .orElse(ImageFormat.RAW);
  }

  private Path target(String name) {
    @Nullable Path single = file != null ? file : target;
    return single != null ? single : Objects.requireNonNull(directory).resolve(name);
  }

  private void restore(Access open, RestorePoint found, Item item, Output output)
      throws IOException {
    if (!item.isDisk()) {
      try (ChunkSource source = open.openFile(found.id(), item.name())) {
        write(open, found, item, item.target(), source, ImageLayout.ofBytes(source), output);
      }
      return;
    }
    DiskEntry disk = found.disk(item.name()).orElseThrow();
    VhdxForm form =
        new VhdxForm(
            ImageOptions.blockBytes(blockSize),
            newIdentity
                ? Optional.of(ImageIds.ofClone(found.id(), disk, item.target()))
                : Optional.empty());
    try (ChunkSource source = open.openDisk(found.id(), item.name())) {
      if (item.format() != ImageFormat.VMDK) {
        ImageLayout layout = ImageLayout.of(item.format(), found, disk, form, source);
        write(open, found, item, item.target(), source, layout, output);
        return;
      }
      FlatVmdk files = FlatVmdk.of(item.target());
      String text = files.text(found, disk, form);
      if (!replace) {
        files.requireFree();
      }
      ImageLayout layout = ImageLayout.of(ImageFormat.RAW, found, disk, form, source);
      write(open, found, item, files.extent(), source, layout, output);
      files.write(text);
    }
  }

  private void write(
      Access open,
      RestorePoint found,
      Item item,
      Path written,
      ChunkSource source,
      ImageLayout layout,
      Output output)
      throws IOException {
    long begin = System.nanoTime();
    DiskRestore restore = new DiskRestore(source, layout, found.id() + " " + item.name(), written);
    long fetched = fetch(open, restore, source, item, output);
    Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
    output.json(
        "restored",
        json ->
            json.put("restorePoint", found.id().toString())
                .put("name", item.name())
                .put("file", item.target().toString())
                .put("sizeBytes", source.sizeBytes())
                .put("dataBytes", source.dataBytes())
                .put("fetchedBytes", fetched)
                .put("seconds", elapsed.toMillis() / 1000.0));
    output.line(
        "%s: %s of disk, %s of data, in %s"
            .formatted(
                item.target(),
                Quantity.bytes(source.sizeBytes()),
                Quantity.bytes(source.dataBytes()),
                Quantity.time(elapsed)));
  }

  private long fetch(Access open, DiskRestore restore, ChunkSource source, Item item, Output output)
      throws IOException {
    Runnable cancel =
        () -> {
          restore.cancel();
          open.giveUp();
        };
    try (Progress progress = Progress.open(output, item.name());
        Interruption _ = Interruption.cancels(cancel)) {
      return restore.run(
          replace,
          (position, fetched) ->
              progress.show(
                  new Progress.Step(
                      fetched,
                      source.dataBytes(),
                      "",
                      json -> json.put("name", item.name()).put("position", position))));
    } catch (CancellationException e) {
      output.notice("The same command goes on with " + restore.part());
      throw e;
    }
  }
}
