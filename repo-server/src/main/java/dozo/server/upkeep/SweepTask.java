package dozo.server.upkeep;

import dozo.repository.Repository;
import dozo.repository.sweep.SweepRequest;
import dozo.repository.sweep.WasteBudget;
import dozo.repository.work.StopSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives space back.
 *
 * @param request how
 * @param empties whether the trash is kept for a shorter time than is usual here
 */
public record SweepTask(SweepRequest request, boolean empties) implements UpkeepTask {

  static final String KIND = "sweep";

  private static final Pattern TIME = Pattern.compile("\\d{1,6}[dh]");

  static SweepTask parse(JsonMembers members, SweepRequest usual) {
    SweepRequest request = request(members, usual);
    members.requireAllTaken();
    return new SweepTask(
        request,
        request.keepRestorePoints().compareTo(usual.keepRestorePoints()) < 0
            || request.keepPacks().compareTo(usual.keepPacks()) < 0);
  }

  /** Reads how to sweep; what is not said is as usual. */
  static SweepRequest request(JsonMembers members, SweepRequest usual) {
    return new SweepRequest(
        members.text("maxUnused").map(WasteBudget::parse).orElse(usual.maximumUnused()),
        members.text("keepForgotten").map(SweepTask::inTrash).orElse(usual.keepRestorePoints()),
        members.text("keepPacks").map(SweepTask::inTrash).orElse(usual.keepPacks()),
        members.flag("reseal") || usual.resealsOldEpochs(),
        members.text("rate").map(Rate::parse).orElse(usual.bytesPerSecond()),
        members.flag("dryRun"));
  }

  private static Duration inTrash(String text) {
    return time(text, "A time in the trash");
  }

  /**
   * Reads days or hours, such as {@code 7d} or {@code 12h}.
   *
   * @param what it is, for errors
   */
  static Duration time(String text, String what) {
    if (!TIME.matcher(text).matches()) {
      throw new IllegalArgumentException(
          what + " is days or hours like 7d or 12h, not \"" + text + "\"");
    }
    long number = Long.parseLong(text.substring(0, text.length() - 1));
    return text.endsWith("d") ? Duration.ofDays(number) : Duration.ofHours(number);
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public String text() {
    return "%s: what was forgotten stays for %d h, packs for %d h"
        .formatted(KIND, request.keepRestorePoints().toHours(), request.keepPacks().toHours());
  }

  @Override
  public boolean trustsTheClock() {
    return !request.isDryRun();
  }

  @Override
  public boolean needsAdmin() {
    return empties && !request.isDryRun();
  }

  @Override
  public ObjectNode run(Repository repository, Listener listener, StopSignal stop)
      throws IOException {
    return UpkeepJson.write(
        repository
            .sweeper()
            .sweep(
                request,
                (phase, done, total) ->
                    listener.progress(phase.name().toLowerCase(Locale.ROOT), done, total),
                stop));
  }
}
