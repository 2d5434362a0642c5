package dozo.cli;

import dozo.cli.secret.SecretReader;
import dozo.format.Fault;
import dozo.format.RepositoryNotFoundException;
import dozo.repository.RepositoryLayout;
import dozo.server.audit.AuditReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says whose log it is. */
final class AuditOptions {

  @Option(
      names = {"-r", "--repository"},
      paramLabel = "DIR",
      description =
          "The repository's directory, or the data directory of its server. [DOZO_REPOSITORY]")
  private @Nullable Path repository;

  /** The log; a repository of which nobody noted anything has an empty one. */
  AuditReader open(SecretReader secrets) throws IOException {
    RepositoryLayout layout =
        new RepositoryLayout(DirectoryOptions.requireDirectory(repository, secrets));
    if (!Files.exists(layout.identity())) {
      throw new RepositoryNotFoundException(
          Fault.of("There is no repository here").file(layout.root()));
    }
    return AuditReader.in(layout.audit());
  }
}
