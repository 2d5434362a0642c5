package dozo.cli;

import dozo.cli.console.Output;
import dozo.server.login.User;
import dozo.server.login.UserStore;
import java.io.IOException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command {@code dozo user password}. */
@Command(
    name = "password",
    description = {
      "Give a user another password.",
      "",
      "Where they are logged in, that ends at once. Whether one-time codes are asked for stays as"
          + " it is."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = "  dozo user password --repository /srv/dozo anna")
final class UserPasswordCommand extends UserPart {

  @Parameters(paramLabel = "NAME", description = "Whose.")
  private String name = "";

  @ArgGroup(validate = false, heading = "%nPassword:%n", order = 11)
  private NewPasswordOptions password = new NewPasswordOptions();

  UserPasswordCommand(Context context) {
    super(context);
  }

  @Override
  void run(UserStore users, Output output) throws IOException {
    User user = find(users, name);
    users.setPassword(user, password.password(secrets()));
    output.json("result", json -> members(json, user));
    output.line("Set the password of " + name);
  }
}
