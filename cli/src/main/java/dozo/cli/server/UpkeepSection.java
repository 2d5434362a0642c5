package dozo.cli.server;

import dozo.cli.config.Origin;
import dozo.cli.config.Section;
import dozo.repository.retention.PolicyCodec;
import dozo.repository.retention.RetentionPolicy;
import dozo.repository.sweep.WasteBudget;
import dozo.server.upkeep.Rate;
import dozo.server.upkeep.UpkeepPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads what a server does by itself. Either the section itself says so, or a file that it names,
 * in the form that the admin API has; what the section says is brought into that form.
 */
final class UpkeepSection {

  private static final String FILE = "file";
  private static final String ZONE = "timezone";
  private static final String SYSTEM = "system";
  private static final String AT = "at";
  private static final String PRUNE = "prune";
  private static final String SWEEP = "sweep";
  private static final String VERIFY = "verify";
  private static final String RATE = "rate";
  private static final String RULES = "rules";
  private static final Pattern DAYS = Pattern.compile("\\d{1,6}[dh]");

  private static final List<String> KEEP =
      List.of(
          "keep-last",
          "keep-hourly",
          "keep-daily",
          "keep-weekly",
          "keep-monthly",
          "keep-yearly",
          "keep-within",
          "keep-within-hourly",
          "keep-within-daily",
          "keep-within-weekly",
          "keep-within-monthly",
          "keep-within-yearly");

  private UpkeepSection() {}

  /** Returns {@link UpkeepPlan#NONE} if nobody gives a plan: the admin API may then set one. */
  static UpkeepPlan read(Section section, Path directory, DataDirectory data) throws IOException {
    ObjectNode json = inline(section);
    UpkeepPlan inline = UpkeepPlan.parse(json);
    boolean isInline = json.has(ZONE) || !isUsual(inline);
    Optional<Path> file = file(section, directory, data.upkeep());
    if (file.isPresent() && isInline && !(section.origin(FILE) instanceof Origin.Option)) {
      section.wrong(
          FILE, "(" + file.get() + ") and the keys beside it both give a plan: leave one");
    }
    if (file.isPresent()) {
      return fromFile(section, file.get());
    }
    return isInline ? inline : UpkeepPlan.NONE;
  }

  /** Whether a plan says no more than none does. */
  private static boolean isUsual(UpkeepPlan plan) {
    return plan.prune().isEmpty()
        && plan.sweepAt().isEmpty()
        && plan.verify().isEmpty()
        && plan.sweep().equals(UpkeepPlan.NONE.sweep());
  }

  private static Optional<Path> file(Section section, Path directory, Path usual) {
    boolean isAuto = section.text(FILE).filter(ServerFile.AUTO::equals).isPresent();
    Path file = ServerFile.place(section, FILE, directory, usual);
    if (isAuto && !Files.exists(file)) {
      section.means(FILE, "none");
      return Optional.empty();
    }
    return Optional.of(file);
  }

  private static UpkeepPlan fromFile(Section section, Path file) {
    try {
      return UpkeepPlan.read(file);
    } catch (NoSuchFileException e) {
      section.wrong(FILE, "is not there: " + file);
    } catch (IOException | IllegalArgumentException e) {
      section.wrong(FILE, "cannot be used: " + e.getMessage());
    }
    return UpkeepPlan.NONE;
  }

  /** What the section itself says, in the form of the admin API. */
  private static ObjectNode inline(Section section) {
    ObjectNode plan = JsonNodeFactory.instance.objectNode();
    section
        .value(ZONE, "system or a time zone such as Europe/Berlin", UpkeepSection::zone)
        .flatMap(zone -> zone)
        .ifPresent(zone -> plan.put(ZONE, zone.getId()));
    section.section(PRUNE).flatMap(UpkeepSection::prune).ifPresent(json -> plan.set(PRUNE, json));
    plan.set(SWEEP, sweep(section.below(SWEEP)));
    section.section(VERIFY).ifPresent(verify -> plan.set(VERIFY, verify(verify)));
    return plan;
  }

  private static Optional<ZoneId> zone(String text) {
    try {
      return text.equals(SYSTEM) ? Optional.empty() : Optional.of(ZoneId.of(text));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Optional<ObjectNode> prune(Section section) {
    ObjectNode prune = JsonNodeFactory.instance.objectNode().put(AT, requireAt(section));
    List<Section> given = section.sections(RULES);
    if (section.has(RULES) && given.isEmpty()) {
      section.wrong(RULES, "is to have one rule or more");
    }
    List<ObjectNode> rules =
        section.missing(
            RULES, given.stream().map(UpkeepSection::rule).flatMap(Optional::stream).toList());
    prune.putArray(RULES).addAll(rules);
    return rules.isEmpty() ? Optional.empty() : Optional.of(prune);
  }

  private static Optional<ObjectNode> rule(Section section) {
    ObjectNode rule = JsonNodeFactory.instance.objectNode();
    section.text("namespace").ifPresent(namespace -> rule.put("namespace", namespace));
    List<String> vms = section.texts("vms");
    if (!vms.isEmpty()) {
      ArrayNode names = rule.putArray("vms");
      vms.forEach(names::add);
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (String key : KEEP) {
      section.value(key, allowed(key), text -> keep(key, text)).ifPresent(values::putAll);
    }
    if (values.isEmpty()) {
      section.wrong(KEEP.getFirst(), "or another keep-… is to say what is kept");
      return Optional.empty();
    }
    rule.set("policy", PolicyCodec.encode(RetentionPolicy.of(values)));
    return Optional.of(rule);
  }

  private static String allowed(String key) {
    return key.startsWith("keep-within")
        ? "a time such as 7d, 12h or 1y6m"
        : "a number from 0 to 1000000, or all";
  }

  /** Checks what is to be kept; 0 is nothing. */
  private static Map<String, String> keep(String key, String text) {
    if (text.equals("0") && !key.startsWith("keep-within")) {
      return Map.of();
    }
    return RetentionPolicy.of(Map.of(key, text)).values();
  }

  private static ObjectNode sweep(Section section) {
    ObjectNode sweep = JsonNodeFactory.instance.objectNode();
    at(section).ifPresent(at -> sweep.put(AT, at));
    checked(
            section,
            "max-unused",
            "a share such as 5%, a size such as 10G, or unlimited",
            WasteBudget::parse)
        .ifPresent(text -> sweep.put("maxUnused", text));
    rate(section).ifPresent(text -> sweep.put(RATE, text));
    days(section, "keep-forgotten").ifPresent(text -> sweep.put("keepForgotten", text));
    days(section, "keep-packs").ifPresent(text -> sweep.put("keepPacks", text));
    section.flag("reseal").ifPresent(reseal -> sweep.put("reseal", reseal));
    return sweep;
  }

  private static ObjectNode verify(Section section) {
    ObjectNode verify = JsonNodeFactory.instance.objectNode().put(AT, requireAt(section));
    verify.put(
        "olderThan",
        days(section, "older-than").orElseGet(() -> section.missing("older-than", "30d")));
    rate(section).ifPresent(text -> verify.put(RATE, text));
    return verify;
  }

  private static String requireAt(Section section) {
    return at(section).orElseGet(() -> section.missing(AT, "00:00"));
  }

  private static Optional<String> at(Section section) {
    return checked(
        section,
        AT,
        "a time of day such as 02:30",
        text -> {
          try {
            return LocalTime.parse(text);
          } catch (DateTimeException e) {
            throw new IllegalArgumentException(e);
          }
        });
  }

  private static Optional<String> days(Section section, String key) {
    return checked(
        section,
        key,
        "days or hours such as 7d or 12h",
        text -> {
          if (!DAYS.matcher(text).matches()) {
            throw new IllegalArgumentException("No days: " + text);
          }
          return text;
        });
  }

  private static Optional<String> rate(Section section) {
    return checked(section, RATE, "bytes a second such as 50M", Rate::parse);
  }

  /** A text that somebody can read. */
  private static Optional<String> checked(
      Section section, String key, String allowed, Function<String, Object> reader) {
    return section.value(
        key,
        allowed,
        text -> {
          Object _ = reader.apply(text);
          return text;
        });
  }
}
