package dozo.format.key;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.CorruptDataException;
import dozo.format.SeededRandom;
import dozo.format.WrongKeyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmergencySheetTest {

  private static final UUID REPOSITORY = UUID.fromString("6f9619ff-8b86-4011-b42d-00c04fc964ff");
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final String SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final Path GOLDEN = Path.of("src/test/resources/golden/v1/emergency-sheet.txt");

  private final SeededRandom random = new SeededRandom(1);
  private final Map<UUID, byte[]> files = new HashMap<>();
  private OpenedKeys keys;
  private String text;

  @BeforeEach
  void create() {
    try (KeyFile secret = KeyFile.of(KeyFile.generate(random))) {
      OpenedKeys.Created created =
          OpenedKeys.create(REPOSITORY, secret, Argon2Cost.DEFAULT, "", NOW, random);
      keys = created.keys();
      files.put(created.file().id(), created.file().contents());
    }
    text = print();
  }

  @Test
  void opensARepositoryWhoseSecretsAreLost() throws Exception {
    try (EmergencySheet sheet = parse(text);
        OpenedKeys opened = KeySlots.read(REPOSITORY, files).unlock(sheet)) {
      assertThat(opened.ring().holdsSameAs(keys.ring())).isTrue();
      assertThat(opened.isOpenedBySlot()).isFalse();
      assertThatThrownBy(opened::openedSlot).isInstanceOf(IllegalStateException.class);
      addsASlotThatOpens(opened);
    }
  }

  @Test
  void opensARepositoryThatLostItsSlotsAsWell() throws Exception {
    try (EmergencySheet sheet = parse(text);
        OpenedKeys opened = KeySlots.none(REPOSITORY).unlock(sheet)) {
      assertThat(opened.ring().holdsSameAs(keys.ring())).isTrue();
      assertThat(opened.slots()).isEmpty();
      addsASlotThatOpens(opened);
    }
  }

  private void addsASlotThatOpens(OpenedKeys opened) throws Exception {
    try (KeyFile fresh = KeyFile.of(KeyFile.generate(random))) {
      SlotFile file = opened.addSlot(fresh, Argon2Cost.DEFAULT, "after the fire", random);
      Map<UUID, byte[]> onlyThis = Map.of(file.id(), file.contents());
      try (OpenedKeys again = KeySlots.read(REPOSITORY, onlyThis).unlock(fresh)) {
        assertThat(again.ring().holdsSameAs(keys.ring())).isTrue();
        assertThat(again.isOpenedBySlot()).isTrue();
      }
    }
  }

  @Test
  void opensWithoutItsLinesOfTheRingAsLongAsThereIsASlot() throws Exception {
    String onlyKey =
        text.lines().filter(line -> !line.startsWith("R")).collect(Collectors.joining("\n"))
            + "\n"
            + line("Repository");
    try (EmergencySheet sheet = parse(onlyKey)) {
      assertThat(sheet.hasKeyRing()).isFalse();
      KeySlots.read(REPOSITORY, files).unlock(sheet).close();
      assertThatThrownBy(() -> KeySlots.none(REPOSITORY).unlock(sheet))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("no key slot");
    }
  }

  @Test
  void findsNewerEpochsInTheSlots() throws Exception {
    keys.addEpoch(NOW, random).forEach(file -> files.put(file.id(), file.contents()));
    try (EmergencySheet old = parse(text);
        OpenedKeys opened = KeySlots.read(REPOSITORY, files).unlock(old)) {
      assertThat(opened.ring().currentEpoch()).isEqualTo(2);
    }
  }

  @Test
  void findsEveryWrongSymbolAndSaysInWhichLine() {
    for (String label : labels()) {
      String line = line(label);
      int from = line.indexOf(':') + 1 + (label.equals("Repository") ? 38 : 0);
      for (int i = from; i < line.length(); i++) {
        if (line.charAt(i) == ' ') {
          continue;
        }
        for (int value = 0; value < SYMBOLS.length(); value++) {
          String symbol = SYMBOLS.substring(value, value + 1);
          if (!line.startsWith(symbol, i)) {
            assertMistake(
                label, line.substring(0, i) + symbol + line.substring(i + 1), "has a mistake");
          }
        }
      }
    }
  }

  @Test
  void findsEveryWrongDigitOfTheRepositorysId() {
    String line = line("Repository");
    for (int i = 12; i < 48; i++) {
      if (line.charAt(i) != '-') {
        for (int value = 0; value < 16; value++) {
          String digit = Integer.toHexString(value);
          if (!line.startsWith(digit, i)) {
            assertMistake(
                "Repository", line.substring(0, i) + digit + line.substring(i + 1), "mistake");
          }
        }
      }
    }
  }

  @Test
  void findsNeighboursInTheWrongOrderAndMissingOrDoubledSymbols() {
    for (String label : labels().subList(1, labels().size())) {
      String line = line(label);
      String symbols = line.substring(line.indexOf(':') + 1).replace(" ", "");
      for (int i = 0; i < symbols.length(); i++) {
        String head = label + ":" + symbols.substring(0, i);
        assertMistake(label, head + symbols.substring(i + 1), "has a mistake");
        assertMistake(label, head + symbols.charAt(i) + symbols.substring(i), "has a mistake");
        if (i + 1 < symbols.length() && symbols.charAt(i) != symbols.charAt(i + 1)) {
          assertMistake(
              label,
              head + symbols.charAt(i + 1) + symbols.charAt(i) + symbols.substring(i + 2),
              "has a mistake");
        }
      }
    }
  }

  @Test
  void findsALineInThePlaceOfAnotherAndSaysWhichAreMissing() {
    String first = line("K1/4");
    String second = line("K2/4");
    String swapped =
        text.replace(first, "K1/4:" + second.substring(5))
            .replace(second, "K2/4:" + first.substring(5));
    assertThatThrownBy(() -> parse(swapped))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("line K1/4 has a mistake, line K2/4 has a mistake");
    assertThatThrownBy(
            () -> parse(text.replace(line("K3/4"), "").replace(line("R7/12"), "R7/21: 0")))
        .hasMessageContaining("line K3/4 is missing, line R7/12 is missing");
    assertThatThrownBy(() -> parse("")).hasMessageContaining("\"Repository:\" is missing");
    assertThatThrownBy(() -> parse(line("Repository"))).hasMessageContaining("K1/4 is missing");
    assertThatThrownBy(() -> parse("x".repeat(70_000))).hasMessageContaining("longer than any");
  }

  @Test
  void readsWhatPeopleType() throws Exception {
    String typed =
        labels().stream()
            .map(this::line)
            .collect(Collectors.joining("\r\n"))
            .toLowerCase(Locale.ROOT)
            .replace(": ", ":")
            .replace(" ", "-")
            .replace("repository:", "  repository: ")
            .replaceAll("(repository: .{36})-+", "$1 ");
    String head = typed.substring(0, typed.indexOf("k1/4"));
    StringBuilder ambiguous = new StringBuilder(head);
    for (String line : typed.substring(head.length()).split("\r\n", -1)) {
      int colon = line.indexOf(':');
      ambiguous.append(line, 0, colon);
      ambiguous.append(line.substring(colon).replace('0', 'o').replace('1', 'l')).append('\n');
    }
    assertThat(ambiguous.toString()).contains("o").contains("l");
    try (EmergencySheet sheet = parse(ambiguous.toString())) {
      assertThat(sheet.master()).isEqualTo(parse(text).master());
      assertThat(sheet.hasKeyRing()).isTrue();
    }
  }

  @Test
  void neverTellsAKeyInAMessage() {
    String key = line("K2/4").substring(8);
    assertThatThrownBy(() -> parse(text.replace(key, key.substring(0, key.length() - 1))))
        .satisfies(e -> {
          for (String group : key.split(" ", -1)) {
            assertThat(e.getMessage()).doesNotContain(group);
          }
        });
    assertThat(keys.emergencySheet(random)).hasToString("emergency sheet");
  }

  @Test
  void refusesTheSheetOfAnotherRepository() throws Exception {
    try (EmergencySheet sheet = parse(text)) {
      assertThatThrownBy(() -> KeySlots.none(new UUID(1, 2)).unlock(sheet))
          .isInstanceOf(WrongKeyException.class)
          .hasMessageContaining("another repository's");
    }
  }

  @Test
  void fitsOnPaperAndLeavesOutARingThatNobodyWouldType() throws Exception {
    assertThat(text.lines()).allSatisfy(line -> assertThat(line).matches("[ -~]{0,80}"));
    assertThat(text.lines().count()).isLessThan(60);
    for (int i = 0; i < 15; i++) {
      keys.addEpoch(NOW, random);
    }
    assertThat(parse(print()).hasKeyRing()).isTrue();
    keys.addEpoch(NOW, random);
    String longest = print();
    assertThat(longest).contains("too long to be printed");
    assertThat(parse(longest).hasKeyRing()).isFalse();
  }

  @Test
  void cannotBeUsedOnceItIsWiped() throws Exception {
    EmergencySheet sheet = parse(text);
    sheet.close();
    sheet.close();
    assertThatThrownBy(() -> sheet.text(NOW)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void rejectsOrReadsWhateverItIsGiven() {
    byte[] sound = text.getBytes(US_ASCII);
    for (long seed = 0; seed < 3_000; seed++) {
      Random mutation = new Random(seed);
      byte[] mutated = sound.clone();
      for (int i = mutation.nextInt(6); i >= 0; i--) {
        mutated[mutation.nextInt(mutated.length)] = (byte) mutation.nextInt(256);
      }
      try (EmergencySheet sheet = EmergencySheet.parse(mutated)) {
        assertThat(sheet.repositoryId()).as("seed %d", seed).isEqualTo(REPOSITORY);
      } catch (WrongKeyException e) {
        assertThat(e).hasMessageContaining("not as it was printed");
      }
    }
  }

  @Test
  void isWhatItWas() throws Exception {
    if (System.getProperty("dozo.golden.write") != null) {
      Files.writeString(GOLDEN, text);
    }
    assertThat(text).isEqualTo(Files.readString(GOLDEN));
  }

  @Test
  void checksWithTheUsualCrc() {
    byte[] digits = "123456789".getBytes(US_ASCII);
    assertThat(SheetLine.crc(SheetLine.START, digits, digits.length)).isEqualTo(0x29b1);
  }

  private String print() {
    try (EmergencySheet sheet = keys.emergencySheet(random)) {
      return new String(sheet.text(NOW), US_ASCII);
    }
  }

  private List<String> labels() {
    List<String> labels = new ArrayList<>();
    labels.add("Repository");
    for (int i = 1; i <= 4; i++) {
      labels.add("K" + i + "/4");
    }
    for (int i = 1; i <= 12; i++) {
      labels.add("R" + i + "/12");
    }
    return labels;
  }

  private String line(String label) {
    return text.lines().filter(line -> line.startsWith(label + ":")).findFirst().orElseThrow();
  }

  private void assertMistake(String label, String line, String message) {
    String wrong = text.replace(line(label), line);
    assertThatThrownBy(() -> parse(wrong))
        .as(line)
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining(label)
        .hasMessageContaining(message);
  }

  private static EmergencySheet parse(String text) throws WrongKeyException {
    return EmergencySheet.parse(text.getBytes(US_ASCII));
  }
}
