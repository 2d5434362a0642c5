package dozo.cli;

import dozo.cli.console.Json;
import dozo.cli.console.Output;
import dozo.format.key.SlotSecret;
import dozo.repository.RepositoryOptions;
import dozo.repository.RepositoryState;
import dozo.server.auth.Token;
import dozo.server.auth.TokenStore;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine.ArgGroup;

/** What the commands on tokens have in common: the tokens of a repository. */
abstract class TokenPart extends DozoCommand {

  @ArgGroup(validate = false, heading = "%nRepository:%n", order = 10)
  private DirectoryOptions directory = new DirectoryOptions();

  TokenPart(Context context) {
    super(context);
  }

  abstract void run(TokenStore tokens, Output output) throws IOException;

  @Override
  final ExitCode run(Output output) throws IOException {
    RepositoryOptions options = RepositoryOptions.standard();
    try (SlotSecret secret = directory.secret(secrets(), false);
        RepositoryState state =
            RepositoryState.open(directory.requireDirectory(secrets()), secret, options)) {
      run(TokenStore.open(state.state(), Clock.systemUTC(), options.random()), output);
    }
    return ExitCode.OK;
  }

  /** Notes what was done to a token. */
  final void audit(String action, Token token) {
    DirectoryAudit.done(
        directory.requireDirectory(secrets()),
        action,
        Map.of(
            "token",
            token.principal().id(),
            "name",
            token.principal().name(),
            "role",
            token.principal().role().word()));
  }

  static void members(Json json, Token token) {
    json.put("id", token.principal().id().toString())
        .put("name", token.principal().name())
        .put("role", token.principal().role().word())
        .put("created", token.created().toString());
    token.expires().ifPresent(expires -> json.put("expires", expires.toString()));
    token.principal().scope().namespace().ifPresent(namespace -> json.put("namespace", namespace));
    if (!token.principal().scope().vms().isEmpty()) {
      json.put(
          "vms", token.principal().scope().vms().stream().map(Object::toString).sorted().toList());
    }
  }
}
