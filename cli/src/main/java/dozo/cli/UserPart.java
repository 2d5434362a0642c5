package dozo.cli;

import dozo.cli.console.Json;
import dozo.cli.console.Output;
import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.format.key.SlotSecret;
import dozo.repository.RepositoryOptions;
import dozo.repository.RepositoryState;
import dozo.server.login.User;
import dozo.server.login.UserStore;
import java.io.IOException;
import java.time.Clock;
import picocli.CommandLine.ArgGroup;

/** What the commands on users have in common: the users of a repository's server. */
abstract class UserPart extends DozoCommand {

  @ArgGroup(validate = false, heading = "%nRepository:%n", order = 10)
  private DirectoryOptions directory = new DirectoryOptions();

  UserPart(Context context) {
    super(context);
  }

  abstract void run(UserStore users, Output output) throws IOException;

  @Override
  final ExitCode run(Output output) throws IOException {
    RepositoryOptions options = RepositoryOptions.standard();
    try (SlotSecret secret = directory.secret(secrets(), false);
        RepositoryState state =
            RepositoryState.open(directory.requireDirectory(secrets()), secret, options)) {
      run(new UserStore(state.state(), Clock.systemUTC(), options.random()), output);
    }
    return ExitCode.OK;
  }

  static User find(UserStore users, String name) throws IOException {
    return users
        .find(name)
        .orElseThrow(() ->
            new NotFoundException(
                Fault.of("There is no user \"" + name + "\"")
                    .cure("'dozo user list' shows which there are")));
  }

  static void members(Json json, User user) {
    json.put("id", user.principal().id().toString())
        .put("name", user.principal().name())
        .put("role", user.principal().role().word())
        .put("created", user.created().toString())
        .put("totp", user.hasTotp());
    user.principal().scope().namespace().ifPresent(namespace -> json.put("namespace", namespace));
  }
}
