package dozo.cli;

import dozo.cli.console.Json;
import dozo.mount.tree.OverlaidDisk;
import dozo.mount.tree.OverlaidPoint;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets other commands of the same user ask the process that serves a writable mount: a Unix socket
 * beside its entry in the registry, in a directory that only its owner may enter. A question is one
 * JSON object on a line, and so is its answer.
 */
final class MountControl implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(MountControl.class);
  private static final int MAXIMUM_LINE = 64 << 10;

  private final ServerSocketChannel socket;
  private final Path path;
  private final OverlaidPoint point;
  private final Map<String, LiveExport> exports = new ConcurrentHashMap<>();

  private MountControl(ServerSocketChannel socket, Path path, OverlaidPoint point) {
    this.socket = socket;
    this.path = path;
    this.point = point;
  }

  /** Listens for questions until it is closed. */
  static MountControl listen(Path path, OverlaidPoint point) throws IOException {
    Files.deleteIfExists(path);
    ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      socket.bind(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    MountControl control = new MountControl(socket, path, point);
    Thread.ofPlatform().daemon().name("dozo-mount-control").start(control::serve);
    return control;
  }

  /** Asks the process behind a socket. */
  static Map<String, String> ask(Path path, String question) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
        BufferedWriter out = writer(channel);
        BufferedReader in = reader(channel)) {
      out.write(question + "\n");
      out.flush();
      String answer = in.readLine();
      if (answer == null) {
        throw new IOException("The process behind " + path + " ended without an answer");
      }
      Map<String, String> members = Events.members(answer);
      if (members.containsKey("error")) {
        throw new IOException(members.get("error"));
      }
      return members;
    }
  }

  private static BufferedReader reader(SocketChannel channel) {
    return new BufferedReader(
        new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
  }

  private static BufferedWriter writer(SocketChannel channel) {
    return new BufferedWriter(
        new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8));
  }

  private void serve() {
    while (true) {
      try (SocketChannel channel = socket.accept();
          BufferedReader in = reader(channel);
          BufferedWriter out = writer(channel)) {
        StringBuilder question = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n' && question.length() < MAXIMUM_LINE; ) {
          question.append((char) c);
          c = in.read();
        }
        out.write(answer(Events.members(question.toString())) + "\n");
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException | RuntimeException e) {
        LOG.warn("a question to the mount failed", e);
      }
    }
  }

  private String answer(Map<String, String> question) {
    String disk = question.getOrDefault("disk", "");
    try {
      return switch (question.getOrDefault("command", "")) {
        case "export" -> export(disk, Path.of(question.getOrDefault("target", "")));
        case "status" -> status(exports.get(disk));
        case "switch" -> switchOver(exports.get(disk));
        case "cancel" -> cancel(exports.get(disk));
        default -> error("There is no such question");
      };
    } catch (IOException | RuntimeException e) {
      return error(Failure.of(e).message());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return error("Interrupted");
    }
  }

  private String export(String name, Path target) throws IOException {
    LiveExport before = exports.get(name);
    if (before != null
        && (before.phase() == LiveExport.Phase.COPYING
            || before.phase() == LiveExport.Phase.FOLLOWING)) {
      return error("Disk " + name + " is being exported to " + before.target());
    }
    for (OverlaidDisk disk : point.disks()) {
      if (disk.entry().name().equals(name)) {
        LiveExport export = LiveExport.start(disk.overlay(), target);
        exports.put(name, export);
        return status(export);
      }
    }
    return error("The mount has no disk " + name);
  }

  private static String switchOver(@Nullable LiveExport export) throws InterruptedException {
    if (export != null) {
      export.switchOver();
    }
    return status(export);
  }

  private static String cancel(@Nullable LiveExport export) {
    if (export == null) {
      return status(null);
    }
    String before = status(export);
    export.cancel();
    return before;
  }

  private static String status(@Nullable LiveExport export) {
    if (export == null) {
      return error("That disk is not being exported");
    }
    String failure = export.failure();
    if (failure != null) {
      return error(failure);
    }
    return Json.object(json ->
        json.put("phase", export.phase().name())
            .put("target", export.target().toString())
            .put("copiedBytes", export.copiedBytes())
            .put("position", export.position())
            .put("sizeBytes", export.sizeBytes()));
  }

  private static String error(String message) {
    return Json.object(json -> json.put("error", message));
  }

  /** Stops listening and gives up exports that are not done. */
  @Override
  public void close() throws IOException {
    socket.close();
    Files.deleteIfExists(path);
    for (LiveExport export : exports.values()) {
      try {
        export.giveUp();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
