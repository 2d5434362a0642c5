package dozo.cli;

import dozo.cli.console.Output;
import dozo.protocol.Role;
import dozo.server.auth.Scope;
import dozo.server.login.User;
import dozo.server.login.UserStore;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code dozo user add}. */
@Command(
    name = "add",
    description = {
      "Add somebody who may log in to the server's admin API and page.",
      "",
      "The password is asked for, and only its Argon2id hash is kept."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo user add --repository /srv/dozo --role admin anna",
      "  dozo user add --repository /srv/dozo --role restore --namespace default bert"
    })
final class UserAddCommand extends UserPart {

  @Parameters(paramLabel = "NAME", description = "What they log in with.")
  private String name = "";

  @Option(
      names = "--role",
      required = true,
      paramLabel = "ROLE",
      description = "restore, operator or admin.")
  private Role role = Role.RESTORE;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "Only for VMs of this namespace.")
  private @Nullable String namespace;

  @ArgGroup(validate = false, heading = "%nPassword:%n", order = 11)
  private NewPasswordOptions password = new NewPasswordOptions();

  UserAddCommand(Context context) {
    super(context);
  }

  @Override
  void run(UserStore users, Output output) throws IOException {
    Scope scope = new Scope(Optional.ofNullable(namespace), Set.of());
    User user = users.create(name, role, scope, password.password(secrets()));
    output.json("result", json -> members(json, user));
    output.line("Added " + name);
  }
}
