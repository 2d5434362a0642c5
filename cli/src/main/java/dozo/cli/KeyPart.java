package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Table;
import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.format.key.KeySlot;
import dozo.format.key.KeySource;
import dozo.format.key.SlotType;
import dozo.repository.Repository;
import dozo.repository.RepositoryOptions;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.ArgGroup;

/** What the parts have in common: a repository that is opened. */
abstract class KeyPart extends DozoCommand {

  @ArgGroup(validate = false, heading = "%nRepository:%n", order = 10)
  private DirectoryOptions directory = new DirectoryOptions();

  KeyPart(Context context) {
    super(context);
  }

  abstract void run(Repository repository, Output output) throws IOException;

  @Override
  final ExitCode run(Output output) throws IOException {
    try (KeySource source = directory.source(secrets());
        Repository repository =
            Repository.open(
                directory.requireDirectory(secrets()), source, RepositoryOptions.standard())) {
      run(repository, output);
    }
    return ExitCode.OK;
  }

  /**
   * Notes what was done to a key slot, or to the keys.
   *
   * @param slot its id or label; empty if it concerns all
   */
  final void audit(String action, String slot) {
    DirectoryAudit.done(
        directory.requireDirectory(secrets()),
        action,
        slot.isEmpty() ? Map.of() : Map.of("slot", slot));
  }

  static void print(Repository repository, Output output) {
    List<KeySlot> slots = repository.keys().slots();
    Optional<UUID> opened =
        repository.keys().isOpenedBySlot()
            ? Optional.of(repository.keys().openedSlot())
            : Optional.empty();
    output.json(
        "keys",
        json ->
            json.put(
                "keys",
                slots,
                (inner, slot) ->
                    inner
                        .put("id", slot.id().toString())
                        .put("opens", word(slot.type()))
                        .put("label", slot.label())
                        .put("opened", opened.equals(Optional.of(slot.id())))));
    Table table = new Table("KEY SLOT", "OPENS WITH", "LABEL", "");
    for (KeySlot slot : slots) {
      table.row(
          slot.id().toString(),
          word(slot.type()),
          slot.label(),
          opened.equals(Optional.of(slot.id())) ? "opened just now" : "");
    }
    output.table(table);
  }

  private static String word(SlotType type) {
    return switch (type) {
      case PASSPHRASE -> "passphrase";
      case KEY_FILE -> "key file";
    };
  }

  static KeySlot find(Repository repository, String text) throws NotFoundException {
    List<KeySlot> found =
        repository.keys().slots().stream()
            .filter(slot -> slot.label().equals(text) || slot.id().toString().startsWith(text))
            .toList();
    if (found.size() > 1) {
      throw new IllegalArgumentException("Several key slots fit \"" + text + "\"");
    }
    if (found.isEmpty()) {
      throw new NotFoundException(
          Fault.of("There is no key slot \"" + text + "\"")
              .in("repository " + repository.identity().id())
              .cure("'dozo key list' shows which there are"));
    }
    return found.getFirst();
  }
}
