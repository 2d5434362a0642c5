package dozo.server.login;

import dozo.format.manifest.StateEntry;
import dozo.protocol.Role;
import dozo.repository.state.StateStore;
import dozo.server.auth.Principal;
import dozo.server.auth.Scope;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users of a repository's server, in its state files. Nothing is remembered here: there are few
 * users and fewer changes, and what another process changes holds at once.
 *
 * <p>Safe for use by several threads, all of which may wait for the disk.
 */
public final class UserStore {

  private static final Logger log = LoggerFactory.getLogger(UserStore.class);
  private static final int MAXIMUM_NAME = 100;
  private static final int MAXIMUM_USERS = 1_000;

  private final StateStore state;
  private final Clock clock;
  private final SecureRandom random;

  /** Keeps users in a repository's state. */
  public UserStore(StateStore state, Clock clock, SecureRandom random) {
    this.state = state;
    this.clock = clock;
    this.random = random;
  }

  /**
   * All users, by name. One that cannot be read is logged and cannot log in.
   *
   * @throws IOException if they cannot be listed
   */
  public List<User> list() throws IOException {
    List<User> users = new ArrayList<>();
    for (StateEntry entry : state.list(UserJson.KIND)) {
      read(entry).ifPresent(users::add);
    }
    users.sort(Comparator.comparing(user -> user.principal().name()));
    return users;
  }

  private static Optional<User> read(StateEntry entry) {
    try {
      return Optional.of(UserJson.read(entry));
    } catch (IllegalArgumentException e) {
      log.error("A user cannot be read user={}", entry.id(), e);
      return Optional.empty();
    }
  }

  /**
   * The user of that id, as they are now.
   *
   * @throws IOException if it cannot be read
   */
  public Optional<User> find(UUID id) throws IOException {
    return state.find(UserJson.KIND, id).flatMap(UserStore::read);
  }

  /**
   * The user of that name, as they are now.
   *
   * @throws IOException if users cannot be listed
   */
  public Optional<User> find(String name) throws IOException {
    return list().stream().filter(user -> user.principal().name().equals(name)).findFirst();
  }

  /**
   * Adds a user, who is on stable storage when this returns.
   *
   * @param name what they log in with, 1 to 100 characters that no other user has
   * @throws IllegalArgumentException if the name, role or password is none, or the name is taken
   */
  public User create(String name, Role role, Scope scope, String password) throws IOException {
    return create(name, role, scope, password, Optional.empty());
  }

  /**
   * Adds a user, as {@link #create(String, Role, Scope, String)} does.
   *
   * @param origin the token or user that they go back to, if one asks for it through the admin API
   */
  public synchronized User create(
      String name, Role role, Scope scope, String password, Optional<UUID> origin)
      throws IOException {
    if (name.isBlank()
        || name.length() > MAXIMUM_NAME
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "A user's name has 1 to 100 characters and no control characters");
    }
    List<User> users = list();
    if (users.stream().anyMatch(user -> user.principal().name().equals(name))) {
      throw new IllegalArgumentException("There is a user " + name + " already");
    }
    if (users.size() >= MAXIMUM_USERS) {
      throw new IllegalArgumentException("There are " + MAXIMUM_USERS + " users at the most");
    }
    User user =
        new User(
            new Principal(UUID.randomUUID(), name, role, scope),
            PasswordHash.of(password, random),
            Optional.empty(),
            clock.instant().truncatedTo(ChronoUnit.SECONDS),
            origin);
    state.put(UserJson.write(user));
    log.info("User added user={} role={}", user.principal().id(), role.word());
    return user;
  }

  /**
   * Gives a user another password, which ends the sessions begun with the one before.
   *
   * @throws IllegalArgumentException if it is too short or too long
   */
  public synchronized void setPassword(User user, String password) throws IOException {
    state.put(UserJson.write(user.withPassword(PasswordHash.of(password, random))));
    log.info("Password set user={}", user.principal().id());
  }

  /** Draws a key for a user's code generator, which is not in force before it is set. */
  TotpKey drawTotp() {
    return TotpKey.draw(random);
  }

  /** Has a user asked for one-time codes of a key from now on, or for none. */
  synchronized void setTotp(User user, Optional<TotpKey> key) throws IOException {
    state.put(UserJson.write(user.withTotp(key)));
    log.info("One-time codes {} user={}", key.isPresent() ? "on" : "off", user.principal().id());
  }

  /** Removes a user, whose sessions end at once. Returns false if there is none of that id. */
  public synchronized boolean remove(UUID id) throws IOException {
    boolean removed = state.delete(UserJson.KIND, id);
    if (removed) {
      log.info("User removed user={}", id);
    }
    return removed;
  }
}
