package dozo.bench.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dozo: a server and, for each backup, a client of its own, over TLS, with encryption on, as they
 * come.
 */
final class DozoTool implements Tool {

  /** Names the system property with the program that runs Dozo. */
  static final String PROGRAM_PROPERTY = "dozo.command";

  /** The namespace of backups that say nothing else. */
  static final String USUAL = "default";

  private static final Pattern MEMBER = Pattern.compile("\"(\\w+)\":(?:\"([^\"]*)\"|(\\d+))");

  private final Workbench bench;
  private final String dozo;
  private final Duration putsOff;
  private final Path data;
  private final Path output;
  private final Map<String, String> points = new HashMap<>();
  private Optional<Daemon> server = Optional.empty();

  /**
   * Prepares.
   *
   * @param dozo the program
   * @param putsOff how long after a backup the server is waited for
   */
  DozoTool(Workbench bench, String dozo, Duration putsOff) {
    this.bench = bench;
    this.dozo = dozo;
    this.putsOff = putsOff;
    this.data = bench.path("dozo");
    this.output = bench.path("dozo.out");
  }

  @Override
  public String name() {
    return "Dozo";
  }

  @Override
  public String description() {
    return "Dozo, server and client on the same cores, TLS 1.3, AES-256-GCM, its defaults";
  }

  @Override
  public Path repository() {
    return data;
  }

  /** The command line of a command of Dozo. */
  List<String> words(String... words) {
    return dozo(words);
  }

  private List<String> dozo(String... words) {
    List<String> command = new ArrayList<>(List.of(dozo));
    Collections.addAll(command, words);
    return command;
  }

  @Override
  public void open() throws IOException, InterruptedException {
    String repository = data.resolve("repository").toString();
    String key = bench.path("dozo.key").toString();
    String token = bench.path("dozo.token").toString();
    bench.set("DOZO_NO_BUILD", "1");
    bench.run(dozo("init", "--repository", repository, "--new-key-file", key));
    bench.set("DOZO_KEY_FILE", key);
    bench.run(
        dozo("token", "create", "-r", repository, "--role", "admin", "-o", token, "comparison"));
    Process process =
        bench.start(
            dozo(
                "server",
                "--config",
                "none",
                "--data",
                data.toString(),
                "--listen",
                "127.0.0.1:0",
                "--admin",
                "127.0.0.1:0",
                "--json"));
    Map<String, String> listening = firstEvent(process);
    bench.set("DOZO_SERVER", "127.0.0.1:" + listening.get("port"));
    bench.set("DOZO_FINGERPRINT", listening.getOrDefault("fingerprint", ""));
    bench.set("DOZO_TOKEN_FILE", token);
    bench.set("DOZO_BLOCK_TAGS", bench.path("dozo.block-tags").toString());
    bench.set("DOZO_RUNTIME", bench.make("dozo-run").toString());
    server = Optional.of(new Daemon(process, putsOff));
  }

  /** Whether a backup can be told how to send a disk. */
  boolean hasTransfers() throws IOException {
    List<String> help = dozo("backup", "--help");
    return bench.ask(help.toArray(String[]::new)).contains("--transfer");
  }

  @Override
  public Backup backUp(String vm, String label, Path disk)
      throws IOException, InterruptedException {
    return backUp(vm, label, disk, USUAL, List.of());
  }

  /**
   * Backs a disk image up.
   *
   * @param namespace its dedup domain: what others hold counts as unknown
   * @param more further options
   */
  Backup backUp(String vm, String label, Path disk, String namespace, List<String> more)
      throws IOException, InterruptedException {
    List<String> words =
        dozo("backup", "--vm", vm, "--namespace", namespace, "--json", "disk0=" + disk);
    words.addAll(more);
    Usage usage = bench.measure(words, Programs.parentOf(disk), output, server);
    Map<String, String> result = members(Files.readAllLines(output).getLast());
    points.put(label, result.getOrDefault("restorePoint", ""));
    return new Backup(
        usage, OptionalLong.of(Long.parseLong(result.getOrDefault("sentBytes", "0"))));
  }

  /** Begins to back a disk up that nothing is known of, and does not wait for it. */
  Process startBackUp(String vm, Path disk) throws IOException {
    return bench.start(dozo("backup", "--vm", vm, "--namespace", vm, "--json", "disk0=" + disk));
  }

  /** Ends the server; what it has stored stays until this is closed. */
  void stopServer() {
    server.ifPresent(daemon -> bench.end(daemon.process()));
    server = Optional.empty();
  }

  /** The file that opens the repository. */
  Path keyFile() {
    return bench.path("dozo.key");
  }

  /** The id of the restore point that a backup made. */
  String restorePoint(String label) {
    String id = points.get(label);
    if (id == null) {
      throw new IllegalArgumentException("There is no backup " + label);
    }
    return id;
  }

  @Override
  public Usage restore(String label, Path directory) throws IOException, InterruptedException {
    String file = directory.resolve(Series.DISK).toString();
    return bench.measure(
        dozo("restore", restorePoint(label), "-o", file), directory, output, server);
  }

  /**
   * Requires that a disk image is what a backup has, by what a restore in place would write to it.
   */
  void requireEqual(String label, Path disk) throws IOException {
    List<String> words =
        dozo(
            "restore",
            restorePoint(label),
            "disk0",
            "--in-place",
            disk.toString(),
            "--dry-run",
            "--json");
    String told = bench.ask(words.toArray(String[]::new)).strip();
    Map<String, String> result = members(told.substring(told.lastIndexOf('\n') + 1));
    if (!"0".equals(result.get("fetchedBytes")) || !"0".equals(result.get("zeroedBytes"))) {
      throw new IOException("Backup " + label + " differs from " + disk + ": " + told);
    }
  }

  /**
   * Makes a disk image what a backup has.
   *
   * @param more further options
   */
  Usage restoreInPlace(String label, Path target, List<String> more)
      throws IOException, InterruptedException {
    List<String> words =
        dozo("restore", restorePoint(label), "disk0", "--in-place", target.toString());
    words.addAll(more);
    return bench.measure(words, Programs.parentOf(target), output, server);
  }

  @Override
  public Mounted mount(String label) throws IOException, InterruptedException {
    return mount(label, List.of());
  }

  /** Mounts a backup so that it can be written to, as the disk itself. */
  Mounted mountWritable(String label, Path overlays) throws IOException, InterruptedException {
    return mount(label, List.of("--writable", "--face", "raw", "--overlays", overlays.toString()));
  }

  private Mounted mount(String label, List<String> more) throws IOException, InterruptedException {
    Path point = bench.mountPoint("dozo-mount");
    // What a mount before has read must not make this one look faster than a first one is.
    List<String> words =
        dozo("mount", restorePoint(label), point.toString(), "--json", "--no-boot-trace");
    words.addAll(more);
    Process process = bench.start(words);
    firstEvent(process);
    return new Mounted(
            bench,
            point,
            point.resolve("disk0.raw"),
            new Daemon(process, Duration.ZERO),
            server.stream().toList())
        .awaitFile();
  }

  private static Map<String, String> firstEvent(Process process) throws IOException {
    BufferedReader events = process.inputReader(UTF_8);
    String event = events.readLine();
    if (event == null) {
      throw new IOException("A process of Dozo did not start; run 'dozo quickstart' to see why");
    }
    return members(event);
  }

  /** The strings and whole numbers in one line of JSON, by their names. */
  private static Map<String, String> members(String json) {
    Map<String, String> members = new HashMap<>();
    Matcher matcher = MEMBER.matcher(json);
    while (matcher.find()) {
      String text = matcher.group(2);
      members.put(matcher.group(1), text != null ? text : matcher.group(3));
    }
    return members;
  }

  @Override
  public void close() throws IOException {
    stopServer();
    bench.delete(data);
  }
}
