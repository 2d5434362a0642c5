package dozo.cli;

import dozo.cli.console.Output;
import dozo.server.login.User;
import dozo.server.login.UserStore;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command {@code dozo user remove}. */
@Command(
    name = "remove",
    description = "Remove a user. Where they are logged in, that ends at once.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = "  dozo user remove --repository /srv/dozo anna")
final class UserRemoveCommand extends UserPart {

  @Parameters(paramLabel = "NAME", description = "Whom.")
  private String name = "";

  UserRemoveCommand(Context context) {
    super(context);
  }

  @Override
  void run(UserStore users, Output output) throws IOException {
    User user = find(users, name);
    users.remove(user.principal().id());
    output.json("result", json -> members(json, user));
    output.line("Removed " + name);
  }
}
