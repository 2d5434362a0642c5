package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Table;
import dozo.server.login.User;
import dozo.server.login.UserStore;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;

/** The command {@code dozo user list}. */
@Command(
    name = "list",
    description = "List those who may log in.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = "  dozo user list --repository /srv/dozo --json")
final class UserListCommand extends UserPart {

  UserListCommand(Context context) {
    super(context);
  }

  @Override
  void run(UserStore users, Output output) throws IOException {
    List<User> all = users.list();
    output.json("users", json -> json.put("users", all, UserPart::members));
    Table table = new Table("NAME", "ROLE", "NAMESPACE", "CODES", "CREATED");
    for (User user : all) {
      table.row(
          user.principal().name(),
          user.principal().role().word(),
          user.principal().scope().namespace().orElse("all"),
          user.hasTotp() ? "yes" : "no",
          PointReport.time(user.created()));
    }
    output.table(table);
  }
}
