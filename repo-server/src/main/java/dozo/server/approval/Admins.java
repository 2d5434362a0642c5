package dozo.server.approval;

import dozo.protocol.Role;
import dozo.server.approval.ApprovalRequest.Person;
import dozo.server.auth.Principal;
import dozo.server.auth.Scope;
import dozo.server.auth.Token;
import dozo.server.auth.TokenStore;
import dozo.server.login.User;
import dozo.server.login.UserStore;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who is an admin, and who of them are different people, as far as it can be told: tokens and users
 * that came from one another, or from one and the same, are taken for one person.
 *
 * <p>Safe for use by several threads, all of which may wait for the disk.
 */
public final class Admins {

  /** So many a request names at the most. */
  static final int NAMED = 200;

  private final TokenStore tokens;
  private final UserStore users;
  private final InstantSource clock;

  /** Looks at tokens and users. */
  public Admins(TokenStore tokens, UserStore users, InstantSource clock) {
    this.tokens = tokens;
    this.users = users;
    this.clock = clock;
  }

  private record Account(Principal principal, Optional<UUID> origin, Instant made) {
    boolean isAdmin() {
      return principal.role() == Role.ADMIN;
    }

    UUID person() {
      return origin.orElse(principal.id());
    }
  }

  /** Whether a token or user of that id is there, of use, and an admin's. */
  boolean isAdmin(UUID id) throws IOException {
    @Nullable Account account = accounts().get(id);
    return account != null && account.isAdmin();
  }

  /**
   * What whoever is made by a token or user goes back to: the first one that made one that made …
   * it. That is noted when one is made, so that removing those between hides nothing.
   */
  UUID originOf(UUID id) throws IOException {
    @Nullable Account account = accounts().get(id);
    return account == null ? id : account.person();
  }

  /** The admins for all VMs who are somebody else than that one; those made first come first. */
  List<Person> othersThan(UUID id) throws IOException {
    UUID person = originOf(id);
    return accounts().values().stream()
        .filter(Account::isAdmin)
        .filter(account -> account.principal().scope().equals(Scope.EVERYTHING))
        .filter(account -> !account.person().equals(person))
        .sorted(
            Comparator.comparing(Account::made).thenComparing(account -> account.principal().id()))
        .limit(NAMED)
        .map(account -> Person.of(account.principal()))
        .toList();
  }

  private Map<UUID, Account> accounts() throws IOException {
    Instant now = clock.instant();
    List<Account> accounts = new ArrayList<>();
    for (Token token : tokens.list()) {
      if (token.isCurrent(now)) {
        accounts.add(new Account(token.principal(), token.origin(), token.created()));
      }
    }
    for (User user : users.list()) {
      accounts.add(new Account(user.principal(), user.origin(), user.created()));
    }
    Map<UUID, Account> byId = new HashMap<>();
    accounts.forEach(account -> byId.put(account.principal().id(), account));
    return byId;
  }
}
