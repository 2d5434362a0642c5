package dozo.cli;

import dozo.cli.console.Output;
import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.server.auth.Token;
import dozo.server.auth.TokenStore;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command {@code dozo token revoke}. */
@Command(
    name = "revoke",
    description = "Revoke a token. Who is connected by it is cut off within seconds.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = "  dozo token revoke --repository /srv/dozo host1")
final class TokenRevokeCommand extends TokenPart {

  @Parameters(paramLabel = "TOKEN", description = "Its name or its id.")
  private String token = "";

  TokenRevokeCommand(Context context) {
    super(context);
  }

  @Override
  void run(TokenStore tokens, Output output) throws IOException {
    List<Token> found =
        tokens.list().stream()
            .filter(each ->
                each.principal().name().equals(token)
                    || each.principal().id().toString().equals(token))
            .toList();
    if (found.isEmpty()) {
      throw new NotFoundException(
          Fault.of("There is no token \"" + token + "\"")
              .cure("'dozo token list' shows which there are"));
    }
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          found.size() + " tokens are named \"" + token + "\"; give the id of one");
    }
    tokens.revoke(found.getFirst().principal().id());
    audit("revoke-token", found.getFirst());
    output.json("result", json -> members(json, found.getFirst()));
    output.line("Revoked " + found.getFirst().principal().name());
  }
}
