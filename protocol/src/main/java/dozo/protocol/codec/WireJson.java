package dozo.protocol.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dozo.format.CorruptDataException;
import dozo.format.ErrorCode;
import dozo.format.chunk.Algorithm;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.ConsistencyLevel;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.RestorePointJson;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.protocol.message.ReadingMessage.Disk;
import dozo.protocol.message.SessionMessage.SessionOpened;
import dozo.protocol.message.SessionMessage.StreamGrant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.std.StdScalarSerializer;

/**
 * How Jackson reads and writes the protocol: records as they are, ids and words as text, optional
 * members left out, unknown ones ignored, and bounds on everything that a parser might be made to
 * build.
 */
final class WireJson {

  private static final long MAXIMUM_U32 = 0xffff_ffffL;
  private static final int MAXIMUM_DEPTH = 16;
  private static final int MAXIMUM_TEXT = 64 << 10;
  private static final int MAXIMUM_NAME = 512;
  private static final int MAXIMUM_NUMBER = 32;
  private static final int MAXIMUM_TOKENS = 400_000;

  private WireJson() {}

  static JsonMapper mapper() {
    StreamReadConstraints constraints =
        StreamReadConstraints.builder()
            .maxNestingDepth(MAXIMUM_DEPTH)
            .maxStringLength(MAXIMUM_TEXT)
            .maxNameLength(MAXIMUM_NAME)
            .maxNumberLength(MAXIMUM_NUMBER)
            .maxTokenCount(MAXIMUM_TOKENS)
            .build();
    JsonSetter.Value leftOutIsEmpty = JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY);
    return JsonMapper.builder(
            JsonFactory.builder()
                .streamReadConstraints(constraints)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build())
        .changeDefaultPropertyInclusion(
            inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_ABSENT))
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .withConfigOverride(List.class, o -> o.setNullHandling(leftOutIsEmpty))
        .addMixIn(Consistency.class, ConsistencyMembers.class)
        .addMixIn(SessionOpened.class, ChannelMember.class)
        .addMixIn(StreamGrant.class, ChannelMember.class)
        .addMixIn(Disk.class, HandleMember.class)
        .addModule(values())
        .build();
  }

  /** Says what is wrong with a text that could not be read, without repeating any of it. */
  static String describe(JacksonException fault) {
    String member =
        fault instanceof DatabindException bound
            ? bound.getPath().stream()
                .map(step -> step.getPropertyName() == null ? "[]" : step.getPropertyName())
                .collect(Collectors.joining("."))
            : "";
    return member.isEmpty()
        ? "It is not a JSON object as the protocol has it"
        : describeMember(member);
  }

  /** Says that a member is missing or wrong. */
  static String describeMember(String name) {
    return "Its member " + name + " is missing or not as the protocol has it";
  }

  private interface ConsistencyMembers {
    @JsonSetter(nulls = Nulls.AS_EMPTY)
    String reason();
  }

  interface ChannelMember {
    @JsonSerialize(using = WriteU32.class)
    @JsonDeserialize(using = ReadU32.class)
    int channel();
  }

  interface HandleMember {
    @JsonSerialize(using = WriteU32.class)
    @JsonDeserialize(using = ReadU32.class)
    int handle();
  }

  /** Writes the channels that a server assigns, which lie above what an int shows. */
  private static final class WriteU32 extends StdScalarSerializer<Integer> {
    WriteU32() {
      super(Integer.class);
    }

    @Override
    public void serialize(Integer number, JsonGenerator out, SerializationContext context) {
      out.writeNumber(Integer.toUnsignedLong(number));
    }
  }

  /** Reads a channel. */
  private static final class ReadU32 extends StdScalarDeserializer<Integer> {
    ReadU32() {
      super(Integer.class);
    }

    @Override
    public Integer deserialize(JsonParser in, DeserializationContext context) {
      long number = in.getLongValue();
      if (number < 0 || number > MAXIMUM_U32) {
        return context.reportInputMismatch(this, "No channel has this number");
      }
      return (int) number;
    }
  }

  private static SimpleModule values() {
    SimpleModule module = new SimpleModule("dozo");
    add(module, ErrorCode.class, ErrorCode::word, ErrorCode::parse);
    add(module, Role.class, Role::word, Role::parse);
    add(module, ConsistencyLevel.class, ConsistencyLevel::word, ConsistencyLevel::parse);
    add(module, Secret.class, Secret::reveal, Secret::of);
    add(module, Algorithm.class, Algorithm::toString, Algorithm::parse);
    add(module, RestorePointId.class, RestorePointId::toString, RestorePointId::parse);
    module.addSerializer(
        RestorePoint.class,
        new StdScalarSerializer<RestorePoint>(RestorePoint.class) {
          @Override
          public void serialize(
              RestorePoint point, JsonGenerator out, SerializationContext context) {
            out.writeTree(RestorePointJson.toTree(point));
          }
        });
    module.addDeserializer(
        RestorePoint.class,
        new StdScalarDeserializer<RestorePoint>(RestorePoint.class) {
          @Override
          public RestorePoint deserialize(JsonParser in, DeserializationContext context) {
            try {
              if (context.readTree(in) instanceof ObjectNode node) {
                return RestorePointJson.fromTree(node, "a restore point of the server's");
              }
            } catch (CorruptDataException e) {
              return context.reportInputMismatch(this, "%s", e.getMessage());
            }
            return context.reportInputMismatch(this, "Not an object");
          }
        });
    return module;
  }

  private static <T> void add(
      SimpleModule module, Class<T> type, Function<T, String> write, Function<String, T> read) {
    module.addSerializer(
        type,
        new StdScalarSerializer<T>(type) {
          @Override
          public void serialize(T value, JsonGenerator out, SerializationContext context) {
            out.writeString(write.apply(value));
          }
        });
    module.addDeserializer(
        type,
        new StdScalarDeserializer<T>(type) {
          @Override
          public T deserialize(JsonParser in, DeserializationContext context) {
            String text = in.getValueAsString("");
            try {
              return read.apply(text);
            } catch (IllegalArgumentException e) {
              return context.reportInputMismatch(this, "Not a %s", type.getSimpleName());
            }
          }
        });
  }
}
