package dozo.server.login;

import dozo.protocol.Secret;
import dozo.server.auth.Principal;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets people in.
 *
 * <p>Safe for use by several threads. One password is checked at a time: it takes 64 MiB, and who
 * sends many has to wait and not the server.
 */
public final class Logins {

  private static final Logger log = LoggerFactory.getLogger(Logins.class);
  private static final long NONE_USED = Long.MIN_VALUE;

  private final UserStore users;
  private final InstantSource clock;
  private final LoginSessions sessions;

  /** The period of the last code that each user has used up: a code is good once. */
  private final Map<UUID, Long> usedCodes = new ConcurrentHashMap<>();

  /** Keys that were shown to users and that no code has confirmed yet. */
  private final Map<UUID, TotpKey> offered = new ConcurrentHashMap<>();

  /** Prepares to let people in. */
  public Logins(UserStore users, InstantSource clock, SecureRandom random) {
    this.users = users;
    this.clock = clock;
    this.sessions = new LoginSessions(clock, random);
  }

  /** The users, to list, add and remove. */
  public UserStore users() {
    return users;
  }

  /** What came of an attempt to log in. */
  public sealed interface Outcome {

    /**
     * Somebody is logged in.
     *
     * @param principal who
     * @param cookie the secret that proves it from now on
     * @param csrf what a request that changes something has to bring besides
     */
    record In(Principal principal, Secret cookie, Secret csrf) implements Outcome {}

    /** The password is right, and a one-time code is needed. */
    record CodeNeeded() implements Outcome {}

    /** The name, the password or the code is wrong; which is not told. */
    record Refused() implements Outcome {}
  }

  /**
   * Checks who somebody is.
   *
   * @throws IOException if the users cannot be read
   */
  public synchronized Outcome logIn(String name, String password, Optional<String> code)
      throws IOException {
    Optional<User> found = users.find(name);
    // A user who is not there takes as long to refuse as one who is.
    boolean right = found.map(User::password).orElse(PasswordHash.OF_NOBODY).matches(password);
    if (found.isEmpty() || !right) {
      return new Outcome.Refused();
    }
    User user = found.get();
    if (user.totp().isPresent()) {
      if (code.isEmpty()) {
        return new Outcome.CodeNeeded();
      }
      if (!useUp(user, user.totp().get(), code.get())) {
        return new Outcome.Refused();
      }
    }
    LoginSessions.Begun begun = sessions.begin(user);
    log.info("Logged in user={} name=\"{}\"", user.principal().id(), user.principal().name());
    return new Outcome.In(user.principal(), begun.secret(), begun.session().csrf());
  }

  private boolean useUp(User user, TotpKey key, String code) {
    UUID id = user.principal().id();
    OptionalLong period =
        key.periodOf(code, clock.instant(), usedCodes.getOrDefault(id, NONE_USED));
    period.ifPresent(used -> usedCodes.put(id, used));
    return period.isPresent();
  }

  /**
   * Somebody who is logged in.
   *
   * @param principal who, as they are now
   * @param csrf what a request that changes something has to bring
   */
  public record Visitor(Principal principal, Secret csrf, LoginSession session) {}

  /**
   * Who a cookie is of, if its session has not ended and its user is there and has the password
   * still.
   *
   * @throws IOException if the user cannot be read
   */
  public Optional<Visitor> find(Secret cookie) throws IOException {
    Optional<LoginSession> session = sessions.find(cookie);
    if (session.isEmpty()) {
      return Optional.empty();
    }
    Optional<User> user = userOf(session.get());
    if (user.isEmpty()) {
      sessions.end(cookie);
    }
    return user.map(is -> new Visitor(is.principal(), session.get().csrf(), session.get()));
  }

  private Optional<User> userOf(LoginSession session) throws IOException {
    return users.find(session.user()).filter(user -> user.password().equals(session.password()));
  }

  /**
   * Whether somebody who was let in still may be there, and may do no more and no less than then.
   *
   * @throws IOException if the user cannot be read
   */
  public boolean isCurrent(Visitor visitor) throws IOException {
    return sessions.isOpen(visitor.session())
        && userOf(visitor.session())
            .filter(user -> user.principal().equals(visitor.principal()))
            .isPresent();
  }

  /** Ends the session of a cookie. */
  public void logOut(Secret cookie) {
    sessions.end(cookie);
  }

  /**
   * Removes a user and ends their sessions. Returns false if there is none of that id.
   *
   * @throws IOException if that cannot be stored
   */
  public boolean remove(UUID user) throws IOException {
    boolean removed = users.remove(user);
    sessions.endAllOf(user);
    offered.remove(user);
    return removed;
  }

  /** Whether that is the user's password now. */
  public synchronized boolean isPassword(User user, String password) {
    return user.password().matches(password);
  }

  /**
   * Gives a user another password and ends their sessions.
   *
   * @throws IllegalArgumentException if it is too short or too long
   */
  public synchronized void setPassword(User user, String password) throws IOException {
    users.setPassword(user, password);
    sessions.endAllOf(user.principal().id());
  }

  /**
   * Offers a user one-time codes. They are asked for none before one was confirmed.
   *
   * @return what the user's app reads, {@code otpauth://totp/…}
   */
  public String offerTotp(User user) {
    TotpKey key = users.drawTotp();
    offered.put(user.principal().id(), key);
    return key.uri(user.principal().name());
  }

  /**
   * Has a user asked for one-time codes from now on, if they can make one.
   *
   * @return false if the code is wrong, or none was offered
   */
  public boolean confirmTotp(User user, String code) throws IOException {
    TotpKey key = offered.get(user.principal().id());
    if (key == null || !useUp(user, key, code)) {
      return false;
    }
    users.setTotp(user, Optional.of(key));
    offered.remove(user.principal().id());
    return true;
  }

  /** Asks a user for one-time codes no more. */
  public void removeTotp(User user) throws IOException {
    users.setTotp(user, Optional.empty());
    usedCodes.remove(user.principal().id());
  }
}
