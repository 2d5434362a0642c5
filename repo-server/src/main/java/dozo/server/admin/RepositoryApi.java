package dozo.server.admin;

import dozo.format.key.KeyRing;
import dozo.format.key.KeySlot;
import dozo.format.key.SlotType;
import dozo.format.manifest.RepositoryParameters;
import dozo.format.manifest.RestorePoint;
import dozo.repository.Repository;
import dozo.repository.RepositoryStatistics;
import dozo.repository.keys.RepositoryKeys;
import dozo.repository.storage.RoomLevel;
import dozo.server.auth.Principal;
import dozo.server.health.Growth;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the routes answer that show the repository as a whole, for tokens without a scope. Of keys
 * they show which there are, and never what they are.
 */
final class RepositoryApi {

  private final Repository repository;
  private final Clock clock;

  RepositoryApi(Repository repository, Clock clock) {
    this.repository = repository;
    this.clock = clock;
  }

  void show(Context http, Principal caller) throws IOException, ProblemException {
    UpkeepApi.requireForAll(caller);
    RepositoryStatistics statistics = repository.statistics();
    ObjectNode body =
        AdminJson.object()
            .put("id", repository.identity().id().toString())
            .put("created", repository.identity().created().toString());
    RepositoryParameters parameters = repository.parameters();
    body.putObject("parameters")
        .put("chunker", parameters.chunker().toString())
        .put("segmentBytes", parameters.segmentBytes())
        .put("packBytes", parameters.packBytes())
        .put("parityPercent", parameters.parityPercent());
    body.putObject("stored")
        .put("packs", statistics.packs().packs())
        .put("bytes", statistics.packs().bytes())
        .put("chunks", statistics.packs().chunks());
    RoomLevel room = repository.room();
    body.putObject("room")
        .put("totalBytes", room.totalBytes())
        .put("usableBytes", room.usableBytes())
        .put("reserveBytes", room.reserveBytes())
        .put("short", room.isShort());
    body.putObject("damage")
        .put("unreadablePacks", statistics.unreadablePacks())
        .put("salvagedPacks", statistics.salvagedPacks())
        .put("repairedPacks", statistics.repairedPacks())
        .put("damagedSegments", statistics.damagedSegments())
        .put("damagedManifests", statistics.damagedManifests());
    body.putObject("work")
        .put("sessions", statistics.sessions())
        .put("openSources", statistics.openSources())
        .put("bufferedBytes", statistics.bufferedBytes());
    describe(body, repository.restorePoints());
    Growth growth = Growth.of(repository.restorePoints(), clock.instant());
    ArrayNode days = body.putArray("days");
    growth
        .days()
        .forEach((date, day) ->
            days.addObject()
                .put("date", date.toString())
                .put("restorePoints", day.restorePoints())
                .put("newBytes", day.newBytes())
                .put("storedBytes", day.storedBytes()));
    growth.dailyBytes().ifPresent(bytes -> body.put("dailyBytes", bytes));
    growth.fullInDays(room).ifPresent(left -> body.put("fullInDays", left));
    AdminJson.answer(http, body);
  }

  private static void describe(ObjectNode body, List<RestorePoint> points) {
    body.putObject("content")
        .put("restorePoints", points.size())
        .put("sizeBytes", points.stream().mapToLong(PointJson::sizeBytes).sum())
        .put("dataBytes", points.stream().mapToLong(PointJson::dataBytes).sum())
        .put("newBytes", points.stream().mapToLong(each -> each.statistics().newBytes()).sum())
        .put(
            "storedBytes",
            points.stream().mapToLong(each -> each.statistics().storedBytes()).sum());
  }

  void keys(Context http, Principal caller) throws ProblemException {
    UpkeepApi.requireForAll(caller);
    RepositoryKeys keys = repository.keys();
    Optional<UUID> opened =
        keys.isOpenedBySlot() ? Optional.of(keys.openedSlot()) : Optional.empty();
    ObjectNode body = AdminJson.object();
    ArrayNode slots = body.putArray("slots");
    for (KeySlot slot : keys.slots()) {
      slots
          .addObject()
          .put("id", slot.id().toString())
          .put("opens", word(slot.type()))
          .put("label", slot.label())
          .put("opened", opened.equals(Optional.of(slot.id())));
    }
    ArrayNode epochs = body.putArray("epochs");
    KeyRing ring = keys.ring();
    for (KeyRing.EpochInfo epoch : ring.epochs()) {
      epochs
          .addObject()
          .put("number", epoch.number())
          .put("created", epoch.created().toString())
          .put("current", epoch.number() == ring.currentEpoch());
    }
    AdminJson.answer(http, body);
  }

  private static String word(SlotType type) {
    return switch (type) {
      case PASSPHRASE -> "passphrase";
      case KEY_FILE -> "key-file";
    };
  }
}
