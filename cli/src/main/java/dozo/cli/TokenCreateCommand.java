package dozo.cli;

import dozo.cli.console.Output;
import dozo.protocol.Role;
import dozo.server.auth.NewToken;
import dozo.server.auth.Scope;
import dozo.server.auth.TokenStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code dozo token create}. */
@Command(
    name = "create",
    description = {
      "Make a token and print it.",
      "",
      "It is shown this once; the repository keeps only its hash. A backup token adds restore"
          + " points of its VMs and can neither read nor delete any."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo token create --repository /srv/dozo --role backup --namespace default host1",
      "  dozo token create --repository /srv/dozo --role restore --expires 90d \\",
      "      --output /etc/dozo/token anna"
    })
final class TokenCreateCommand extends TokenPart {

  @Parameters(paramLabel = "NAME", description = "What to call it, such as the host it is for.")
  private String name = "";

  @Option(
      names = "--role",
      required = true,
      paramLabel = "ROLE",
      description = "backup, restore, operator or admin.")
  private Role role = Role.BACKUP;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "Only for VMs of this namespace.")
  private @Nullable String namespace;

  @Option(
      names = "--vm-id",
      paramLabel = "UUID",
      description = "Only for this VM; may be given several times.")
  private List<UUID> vms = List.of();

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      description = "Of no use after so long: 12h, 90d or 2w. Default: never.")
  private @Nullable String expires;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write it to a new file that only its owner can read, instead of printing it.")
  private @Nullable Path file;

  TokenCreateCommand(Context context) {
    super(context);
  }

  @Override
  void run(TokenStore tokens, Output output) throws IOException {
    Optional<Instant> end =
        expires == null ? Optional.empty() : Optional.of(Instant.now().plus(duration(expires)));
    Scope scope = new Scope(Optional.ofNullable(namespace), Set.copyOf(vms));
    // The file comes first: a token that nobody can get at must not exist.
    try (FileChannel channel = file == null ? null : OwnerOnlyFile.create(file)) {
      NewToken made = tokens.create(name, role, scope, end);
      if (channel != null) {
        OwnerOnlyFile.write(
            channel,
            ByteBuffer.wrap((made.secret().reveal() + "\n").getBytes(StandardCharsets.US_ASCII)));
      }
      audit("create-token", made.token());
      output.json(
          "result",
          json -> {
            members(json, made.token());
            if (file == null) {
              json.put("token", made.secret().reveal());
            } else {
              json.put("file", file.toString());
            }
          });
      output.line(file == null ? made.secret().reveal() : "Wrote the token to " + file);
    }
  }

  private static Duration duration(String text) {
    String number = text.substring(0, Math.max(0, text.length() - 1));
    long count;
    try {
      count = Long.parseLong(number);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("A time is like 12h, 90d or 2w, not " + text, e);
    }
    return switch (text.toLowerCase(Locale.ROOT).charAt(text.length() - 1)) {
      case 'h' -> Duration.ofHours(count);
      case 'd' -> Duration.of(count, ChronoUnit.DAYS);
      case 'w' -> Duration.ofDays(Math.multiplyExact(count, 7));
      default -> throw new IllegalArgumentException("A time is like 12h, 90d or 2w, not " + text);
    };
  }
}
