package dozo.cli;

import dozo.cli.console.Output;
import dozo.format.chunk.ChunkerParameters;
import dozo.format.key.Argon2Cost;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.RepositoryIdentity;
import dozo.format.manifest.RepositoryParameters;
import dozo.repository.Repository;
import dozo.repository.RepositoryOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code dozo init}. */
@Command(
    name = "init",
    description = {
      "Create a repository.",
      "",
      "What is chosen here holds for good: another chunker would find nothing of what was stored"
          + " before. Keep the passphrase or key file in a second place: without it the backups"
          + " cannot be read by anybody."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo init --repository /srv/dozo",
      "  dozo init --repository /srv/dozo --new-key-file /etc/dozo/key",
      "  dozo init --repository /srv/dozo --chunker fastcdc2020,average=32768",
      "  dozo init --repository /srv/dozo --parity 5"
    })
final class InitCommand extends DozoCommand {

  @ArgGroup(validate = false, heading = "%nRepository:%n", order = 10)
  private DirectoryOptions directory = new DirectoryOptions();

  @Option(
      names = "--new-key-file",
      paramLabel = "FILE",
      description = "Make a key file there that opens the repository, instead of a passphrase.")
  private @Nullable Path newKeyFile;

  @Option(
      names = "--label",
      paramLabel = "TEXT",
      defaultValue = "first",
      description = "What to call this key slot. Default: ${DEFAULT-VALUE}.")
  private String label = "";

  @Option(
      names = "--chunker",
      paramLabel = "RULE",
      defaultValue = "fastcdc2020",
      description =
          "How to cut: fastcdc2020 stores least, blockaligned takes a fifth of the CPU, fixed is for"
              + " disks whose data never moves; each may be followed by ,average=BYTES and more."
              + " Default: ${DEFAULT-VALUE}.")
  private String chunker = "";

  @Option(
      names = "--segment",
      paramLabel = "BYTES",
      defaultValue = "65536",
      description =
          "How much is compressed and encrypted together; more stores less and makes small reads"
              + " slower. Default: ${DEFAULT-VALUE}.")
  private int segmentBytes;

  @Option(
      names = "--parity",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description =
          "How much Reed-Solomon parity each pack has, 1 to 25, from which damaged places are read"
              + " and repaired; 0 for none. Default: ${DEFAULT-VALUE}.")
  private int parityPercent;

  InitCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    Path path = directory.requireDirectory(secrets());
    RepositoryParameters standard = RepositoryParameters.standard();
    RepositoryParameters parameters =
        new RepositoryParameters(
            ChunkerParameters.parse(chunker), segmentBytes, standard.packBytes(), parityPercent);
    RepositoryIdentity identity;
    try (SlotSecret secret = secret()) {
      identity =
          Repository.create(
              path, parameters, secret, Argon2Cost.DEFAULT, label, RepositoryOptions.standard());
    }
    DirectoryAudit.done(path, "init", Map.of("repository", identity.id()));
    output.json(
        "result",
        json ->
            json.put("repository", identity.id().toString())
                .put("directory", path.toString())
                .put("created", identity.created().toString())
                .put("chunker", parameters.chunker().toString()));
    output.line("Created repository " + identity.id() + " in " + path);
    output.notice("Keep " + keepWhat() + " in a second place: nothing can be read without it.");
    return ExitCode.OK;
  }

  private SlotSecret secret() throws IOException {
    return newKeyFile != null ? KeyFiles.create(newKeyFile) : directory.secret(secrets(), true);
  }

  private String keepWhat() {
    return newKeyFile != null ? newKeyFile.toString() : "its passphrase or key file";
  }
}
