package dozo.server.auth;

import dozo.format.manifest.StateEntry;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.repository.state.StateStore;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of a repository: kept in its state files, looked up in memory.
 *
 * <p>Safe for use by several threads. Making and revoking a token wait for the disk; letting
 * somebody in does not.
 */
public final class TokenStore {

  private static final Logger log = LoggerFactory.getLogger(TokenStore.class);
  private static final int MAXIMUM_NAME = 100;

  private final StateStore state;
  private final Clock clock;
  private final SecureRandom random;
  private final Map<UUID, Token> tokens = new ConcurrentHashMap<>();
  private final Map<UUID, Instant> lastUses = new ConcurrentHashMap<>();
  private final Set<UUID> unreadable = new HashSet<>();
  private final List<Consumer<UUID>> revocations = new CopyOnWriteArrayList<>();

  private TokenStore(StateStore state, Clock clock, SecureRandom random) {
    this.state = state;
    this.clock = clock;
    this.random = random;
  }

  /** Reads the tokens. One that cannot be read is logged and lets nobody in. */
  public static TokenStore open(StateStore state, Clock clock, SecureRandom random)
      throws IOException {
    TokenStore store = new TokenStore(state, clock, random);
    state
        .list(TokenJson.KIND)
        .forEach(entry -> {
          try {
            store.tokens.put(entry.id(), TokenJson.read(entry));
          } catch (IllegalArgumentException e) {
            log.error("A token cannot be read token={}", entry.id(), e);
          }
        });
    return store;
  }

  /**
   * Makes a token. It is on stable storage when this returns.
   *
   * @param name for operators, 1 to 100 characters
   * @param expires from when on it is of no use
   */
  public NewToken create(String name, Role role, Scope scope, Optional<Instant> expires)
      throws IOException {
    return create(name, role, scope, expires, Optional.empty());
  }

  /**
   * Makes a token, as {@link #create(String, Role, Scope, Optional)} does.
   *
   * @param origin the token or user that it goes back to, if one asks for it through the admin API
   */
  public NewToken create(
      String name, Role role, Scope scope, Optional<Instant> expires, Optional<UUID> origin)
      throws IOException {
    if (name.isBlank()
        || name.length() > MAXIMUM_NAME
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "A token's name has 1 to 100 characters and no control characters");
    }
    UUID id = drawId();
    TokenText text = TokenText.draw(id, random);
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Token token =
        new Token(new Principal(id, name, role, scope), text.hash(), now, expires, origin);
    synchronized (this) {
      state.put(TokenJson.write(token));
      tokens.put(id, token);
    }
    log.info("Token made token={} role={} name=\"{}\"", id, role.word(), name);
    return new NewToken(token, text.toSecret());
  }

  /** Draws a UUID of version 4 (RFC 9562). */
  private UUID drawId() {
    long most = (random.nextLong() & ~0xf000L) | 0x4000L;
    long least = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(most, least);
  }

  /**
   * Revokes a token. When this returns nobody is let in by it any more, and those who were have
   * been told to go.
   *
   * @return whether there was such a token
   */
  public synchronized boolean revoke(UUID id) throws IOException {
    boolean known = tokens.remove(id) != null;
    revocations.forEach(listener -> listener.accept(id));
    boolean deleted = state.delete(TokenJson.KIND, id);
    lastUses.remove(id);
    if (known || deleted) {
      log.info("Token revoked token={}", id);
    }
    return known || deleted;
  }

  /**
   * Takes note of tokens that another process made or revoked. Only what changed is read.
   *
   * @throws IOException if the tokens cannot be listed; what was known still holds then
   */
  public synchronized void refresh() throws IOException {
    Set<UUID> stored = state.ids(TokenJson.KIND);
    for (UUID id : Set.copyOf(tokens.keySet())) {
      if (!stored.contains(id) && tokens.remove(id) != null) {
        lastUses.remove(id);
        revocations.forEach(listener -> listener.accept(id));
        log.info("Token revoked elsewhere token={}", id);
      }
    }
    for (UUID id : stored) {
      if (!tokens.containsKey(id) && !unreadable.contains(id)) {
        add(id);
      }
    }
  }

  private void add(UUID id) {
    try {
      Optional<StateEntry> entry = state.find(TokenJson.KIND, id);
      if (entry.isPresent()) {
        tokens.put(id, TokenJson.read(entry.get()));
        log.info("Token made elsewhere token={}", id);
      }
    } catch (IOException | IllegalArgumentException e) {
      // Said once; the next look would only say it again.
      unreadable.add(id);
      log.error("A token cannot be read token={}", id, e);
    }
  }

  /** Has the ids of revoked tokens told to a listener, which must not block. */
  public void onRevocation(Consumer<UUID> listener) {
    revocations.add(listener);
  }

  /** All tokens, by name. */
  public List<Token> list() {
    return tokens.values().stream()
        .sorted(
            Comparator.comparing((Token token) -> token.principal().name())
                .thenComparing(token -> token.principal().id()))
        .toList();
  }

  /** When a token last let somebody in, since the server's start. */
  public Optional<Instant> lastUse(UUID id) {
    return Optional.ofNullable(lastUses.get(id));
  }

  /** Whom a secret lets in; empty for one that is unknown, expired or revoked. */
  public Optional<Principal> authenticate(Secret secret) {
    Instant now = clock.instant();
    Optional<Principal> principal =
        TokenText.parse(secret)
            .flatMap(text ->
                Optional.ofNullable(tokens.get(text.id()))
                    .filter(token -> text.matches(token.hash()) && token.isCurrent(now))
                    .map(Token::principal));
    principal.ifPresent(it -> lastUses.put(it.id(), now));
    return principal;
  }

  /** Whether somebody who was let in still may be there. */
  public boolean isCurrent(Principal principal) {
    if (principal.equals(Principal.LOCAL)) {
      return true;
    }
    Token token = tokens.get(principal.id());
    return token != null && token.isCurrent(clock.instant());
  }
}
