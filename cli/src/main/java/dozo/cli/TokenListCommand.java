package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Table;
import dozo.server.auth.Scope;
import dozo.server.auth.Token;
import dozo.server.auth.TokenStore;
import java.util.List;
import picocli.CommandLine.Command;

/** The command {@code dozo token list}. */
@Command(
    name = "list",
    description = "List the tokens. The tokens themselves are not kept and cannot be shown.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = "  dozo token list --repository /srv/dozo --json")
final class TokenListCommand extends TokenPart {

  TokenListCommand(Context context) {
    super(context);
  }

  @Override
  void run(TokenStore tokens, Output output) {
    List<Token> all = tokens.list();
    output.json("tokens", json -> json.put("tokens", all, TokenPart::members));
    Table table = new Table("NAME", "ROLE", "SCOPE", "CREATED", "EXPIRES", "ID");
    for (Token token : all) {
      table.row(
          token.principal().name(),
          token.principal().role().word(),
          scope(token.principal().scope()),
          PointReport.time(token.created()),
          token.expires().map(PointReport::time).orElse("never"),
          token.principal().id().toString());
    }
    output.table(table);
  }

  private static String scope(Scope scope) {
    String namespace = scope.namespace().orElse("all namespaces");
    return switch (scope.vms().size()) {
      case 0 -> namespace;
      case 1 -> namespace + ", VM " + scope.vms().iterator().next();
      default -> namespace + ", " + scope.vms().size() + " VMs";
    };
  }
}
