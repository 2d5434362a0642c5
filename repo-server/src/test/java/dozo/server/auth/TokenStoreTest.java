package dozo.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dozo.format.manifest.VmRef;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.server.ServerFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenStoreTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir static Path directory;
  private final AtomicReference<Instant> time = new AtomicReference<>(NOW);
  private ServerFixture fixture;
  private TokenStore store;

  @BeforeAll
  void start() throws IOException {
    fixture = ServerFixture.start(directory);
  }

  @AfterAll
  void stop() throws IOException {
    fixture.close();
  }

  @BeforeEach
  void open() throws IOException {
    time.set(NOW);
    store = reopen();
  }

  private TokenStore reopen() throws IOException {
    return TokenStore.open(fixture.repository().state(), moving(), new SecureRandom());
  }

  private Clock moving() {
    InstantSource source = time::get;
    return source.withZone(ZoneOffset.UTC);
  }

  @Test
  void letsInWhoHasTheSecret() throws IOException {
    Scope scope = new Scope(Optional.of("default"), Set.of(new UUID(1, 2)));
    NewToken made = store.create("job", Role.BACKUP, scope, Optional.empty());
    assertThat(store.authenticate(made.secret()))
        .contains(new Principal(made.token().principal().id(), "job", Role.BACKUP, scope));
    assertThat(store.lastUse(made.token().principal().id())).contains(NOW);
  }

  @Test
  void readsItsTokensBack() throws IOException {
    NewToken made =
        store.create(
            "job",
            Role.RESTORE,
            new Scope(Optional.of("default"), Set.of(new UUID(1, 2))),
            Optional.of(NOW.plusSeconds(60)));
    TokenStore again = reopen();
    assertThat(again.list()).contains(made.token());
    assertThat(again.authenticate(made.secret())).contains(made.token().principal());
  }

  @Test
  void letsInNobodyElse() throws IOException {
    NewToken made = store.create("a", Role.ADMIN, Scope.EVERYTHING, Optional.empty());
    NewToken other = store.create("b", Role.ADMIN, Scope.EVERYTHING, Optional.empty());
    String text = made.secret().reveal();
    String mixed = text.substring(0, 30) + other.secret().reveal().substring(30);
    for (String wrong :
        List.of(
            mixed,
            text.substring(1),
            text + "A",
            "dozo_" + "?".repeat(64),
            text.toUpperCase(Locale.ROOT))) {
      assertThat(store.authenticate(Secret.of(wrong))).isEmpty();
    }
  }

  @Test
  void forgetsExpiredTokens() throws IOException {
    NewToken made =
        store.create("a", Role.ADMIN, Scope.EVERYTHING, Optional.of(NOW.plusSeconds(60)));
    Principal principal = store.authenticate(made.secret()).orElseThrow();
    time.set(NOW.plus(Duration.ofSeconds(60)));
    assertThat(store.authenticate(made.secret())).isEmpty();
    assertThat(store.isCurrent(principal)).isFalse();
  }

  @Test
  void revokesAtOnceAndForGood() throws IOException {
    NewToken made = store.create("a", Role.ADMIN, Scope.EVERYTHING, Optional.empty());
    Principal principal = store.authenticate(made.secret()).orElseThrow();
    List<UUID> told = new ArrayList<>();
    store.onRevocation(told::add);
    assertThat(store.revoke(principal.id())).isTrue();
    assertThat(told).containsExactly(principal.id());
    assertThat(store.isCurrent(principal)).isFalse();
    assertThat(store.authenticate(made.secret())).isEmpty();
    assertThat(reopen().authenticate(made.secret())).isEmpty();
    assertThat(store.revoke(principal.id())).isFalse();
  }

  @Test
  void refusesNamesThatWouldSpoilALog() {
    for (String name : List.of("", " ", "a\nb", "x".repeat(101))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store.create(name, Role.ADMIN, Scope.EVERYTHING, Optional.empty()));
    }
  }

  @Test
  void admitsTheVmsOfItsScope() {
    VmRef vm = new VmRef("default", new UUID(1, 2), "web", "hv1");
    assertThat(Scope.EVERYTHING.admits(vm)).isTrue();
    assertThat(Scope.of("default").admits(vm)).isTrue();
    assertThat(Scope.of("other").admits(vm)).isFalse();
    assertThat(new Scope(Optional.empty(), Set.of(vm.id())).admits(vm)).isTrue();
    assertThat(new Scope(Optional.of("default"), Set.of(new UUID(1, 3))).admits(vm)).isFalse();
    assertThat(new Scope(Optional.of("other"), Set.of(vm.id())).admits(vm)).isFalse();
  }
}
