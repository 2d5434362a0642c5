package dozo.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.ErrorCode;
import dozo.protocol.Protocol;
import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.message.ConnectionMessage.GoingAway;
import dozo.protocol.message.ConnectionMessage.Hello;
import dozo.protocol.message.Frame;
import dozo.protocol.message.MessageType;
import dozo.protocol.message.ReadingMessage.ChunkPart;
import dozo.protocol.message.ReadingMessage.SegmentPart;
import dozo.protocol.message.SessionMessage.BeginSession;
import dozo.protocol.message.SessionMessage.Content;
import dozo.protocol.message.SessionMessage.Data;
import dozo.protocol.message.Unreadable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrameCodecTest {

  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "v1");

  private static EmbeddedChannel decoder() {
    return new EmbeddedChannel(new FrameDecoder(type -> true));
  }

  private static List<Frame> drain(EmbeddedChannel channel) {
    List<Frame> frames = new ArrayList<>();
    for (Frame frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
      frames.add(frame);
    }
    return frames;
  }

  private static void release(Frame frame) {
    switch (frame.message()) {
      case Data data -> data.bytes().release();
      case ChunkPart part -> part.bytes().release();
      case Content content -> content.bytes().release();
      case SegmentPart part -> part.bytes().release();
      default -> {}
    }
  }

  private static ByteBuf header(int length, int type, int flags, int reserved, int channel) {
    return Unpooled.buffer()
        .writeIntLE(length)
        .writeByte(type)
        .writeByte(flags)
        .writeShortLE(reserved)
        .writeIntLE(channel);
  }

  private static ByteBuf control(MessageType type, String json) {
    byte[] payload = json.getBytes(UTF_8);
    return header(8 + payload.length, type.code(), 0, 0, 9).writeBytes(payload);
  }

  @ParameterizedTest
  @EnumSource
  void readsWhatItWrites(MessageType type) {
    Frame sample = Samples.of(type);
    EmbeddedChannel channel = decoder();
    channel.writeInbound(Unpooled.wrappedBuffer(Samples.encode(sample)));
    List<Frame> read = drain(channel);
    assertThat(read).hasSize(1);
    assertThat(read.getFirst().channel()).isEqualTo(sample.channel());
    assertThat(Samples.comparable(read.getFirst().message()))
        .isEqualTo(Samples.comparable(sample.message()));
    release(read.getFirst());
  }

  @ParameterizedTest
  @EnumSource
  void writesTheGoldenFrame(MessageType type) throws Exception {
    Path golden = GOLDEN.resolve(type.name().toLowerCase(Locale.ROOT) + ".bin");
    byte[] frame = Samples.encode(Samples.of(type));
    if (System.getenv("DOZO_WRITE_GOLDEN") != null) {
      Files.write(golden, frame);
    }
    assertThat(HexFormat.of().formatHex(frame))
        .isEqualTo(HexFormat.of().formatHex(Files.readAllBytes(golden)));
  }

  @ParameterizedTest
  @EnumSource
  void readsFramesThatComeByteByByte(MessageType type) {
    Frame sample = Samples.of(type);
    byte[] bytes = Samples.encode(sample);
    EmbeddedChannel channel = decoder();
    for (int round = 0; round < 2; round++) {
      for (byte each : bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {each}));
      }
    }
    List<Frame> read = drain(channel);
    switch (sample.message()) {
      case Data data -> {
        assertThat(read).hasSize(2 * data.bytes().readableBytes());
        assertThat(read.stream().mapToInt(f -> ((Data) f.message()).costBytes()).sum())
            .isEqualTo(2 * Protocol.MINIMUM_COST_BYTES);
        assertThat(((Data) read.get(3).message()).offset()).isEqualTo(data.offset() + 3);
      }
      case ChunkPart part -> {
        assertThat(read).hasSize(2 * part.bytes().readableBytes());
        assertThat(((ChunkPart) read.get(3).message()).partOffset()).isEqualTo(3);
      }
      case SegmentPart part -> {
        assertThat(read).hasSize(2 * part.bytes().readableBytes());
        assertThat(((SegmentPart) read.get(3).message()).partOffset()).isEqualTo(3);
      }
      default -> assertThat(read).containsExactly(sample, sample);
    }
    read.forEach(FrameCodecTest::release);
    assertThat(channel.finish()).isFalse();
  }

  @Test
  void keepsNothingOfADataFrameThatIsUnderWay() {
    EmbeddedChannel channel = decoder();
    channel.writeInbound(header(8 + 8 + Protocol.MAXIMUM_BULK_BYTES, 0x12, 0, 0, 1));
    ByteBuf piece = Unpooled.buffer().writeLongLE(0).writeZero(1000);
    channel.writeInbound(piece);
    Frame frame = channel.readInbound();
    assertThat(((Data) frame.message()).costBytes()).isEqualTo(16 + Protocol.MAXIMUM_BULK_BYTES);
    release(frame);
    assertThat(piece.refCnt()).isZero();
  }

  @Nested
  class RefusesAHeader {

    private void refuses(ByteBuf bytes, String message) {
      EmbeddedChannel channel = decoder();
      assertThatExceptionOfType(FrameException.class)
          .isThrownBy(() -> channel.writeInbound(bytes))
          .withMessageContaining(message);
      assertThat(channel.<Object>readInbound()).isNull();
    }

    @Test
    void ofAFrameTooShort() {
      refuses(header(7, 0x02, 0, 0, 0), "not 7");
    }

    @Test
    void ofAFrameTooLong() {
      refuses(header(Protocol.MAXIMUM_FRAME_BYTES + 1, 0x10, 0, 0, 0), "not 1052673");
      refuses(header(-1, 0x10, 0, 0, 0), "not 4294967295");
    }

    @Test
    void ofAnUnknownType() {
      refuses(header(8, 0x7f, 0, 0, 0), "0x7f");
    }

    @Test
    void withFlagsOrReservedBytes() {
      refuses(header(8, 0x02, 1, 0, 0), "not zero");
      refuses(header(8, 0x02, 0, 1, 0), "not zero");
    }

    @Test
    void thatIsTooLongForItsType() {
      refuses(header(9, 0x02, 0, 0, 0), "PING has 0 to 0 bytes");
      refuses(header(8 + 4097, 0x01, 0, 0, 0), "HELLO");
      refuses(header(8 + 8 + Protocol.MAXIMUM_BULK_BYTES + 1, 0x12, 0, 0, 0), "DATA");
      refuses(header(8 + 8, 0x12, 0, 0, 0), "DATA");
    }

    @Test
    void thatIsNotAdmitted() {
      EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(MessageType.HELLO::equals));
      assertThatExceptionOfType(FrameException.class)
          .isThrownBy(() -> channel.writeInbound(header(16, 0x10, 0, 0, 1)))
          .withMessageContaining("BEGIN_SESSION may not come now");
    }

    @Test
    void andThenEverythingThatFollows() {
      EmbeddedChannel channel = decoder();
      assertThatThrownBy(() -> channel.writeInbound(header(8, 0x7f, 0, 0, 0)))
          .isInstanceOf(FrameException.class);
      channel.writeInbound(header(8, 0x02, 0, 0, 0));
      assertThat(channel.<Object>readInbound()).isNull();
    }
  }

  @Nested
  class RefusesABody {

    private void refuses(ByteBuf bytes) {
      EmbeddedChannel channel = decoder();
      assertThatThrownBy(() -> channel.writeInbound(bytes)).isInstanceOf(FrameException.class);
    }

    @Test
    void withMoreEntriesThanItHasBytesFor() {
      refuses(header(8 + 8 + 44, 0x2a, 0, 0, 1).writeIntLE(1).writeIntLE(2).writeZero(44));
      refuses(header(8 + 8 + 44, 0x2a, 0, 0, 1).writeIntLE(1).writeIntLE(-1).writeZero(44));
    }

    @Test
    void withAnExtentOfNoBytes() {
      refuses(header(8 + 8 + 44, 0x2a, 0, 0, 1).writeIntLE(1).writeIntLE(1).writeZero(44));
    }

    @Test
    void withAnOffsetBeyondEveryDisk() {
      refuses(header(8 + 16, 0x13, 0, 0, 1).writeLongLE(-1).writeLongLE(1));
    }

    @Test
    void withExtentsThatRunPastTheLargestOffset() {
      refuses(
          header(8 + 16 + 40, 0xa9, 0, 0, 1)
              .writeIntLE(1)
              .writeLongLE(Long.MAX_VALUE)
              .writeIntLE(1)
              .writeLongLE(2)
              .writeZero(32));
    }

    @Test
    void withABlockSizeThatIsNoPowerOfTwo() {
      refuses(
          header(8 + 20, 0x2c, 0, 0, 1)
              .writeIntLE(1)
              .writeIntLE(100_000)
              .writeLongLE(0)
              .writeIntLE(1));
    }
  }

  @Nested
  class ReadsJson {

    @Test
    void andMissesWhatEveryMessageOfItsTypeHas() {
      assertThat(
              read(
                  MessageType.BEGIN_SESSION,
                  """
                  {"vm":{"namespace":"n","name":"w","host":"h"},"disks":[],
                   "consistency":{"asked":"crash","achieved":"crash","mechanism":"none"}}
                  """))
          .isInstanceOfSatisfying(
              Unreadable.class, it -> assertThat(it.reason()).contains("vm.id"));
    }

    private Object read(MessageType type, String json) {
      EmbeddedChannel channel = decoder();
      channel.writeInbound(control(type, json));
      Frame frame = channel.readInbound();
      assertThat(frame.channel()).isEqualTo(9);
      return frame.message();
    }

    @Test
    void andIgnoresUnknownMembers() {
      assertThat(read(MessageType.GOING_AWAY, "{\"reason\":\"r\",\"tape\":{\"a\":[1]}}"))
          .isEqualTo(new GoingAway("r"));
    }

    @Test
    void withOptionalMembersLeftOut() {
      assertThat(read(MessageType.HELLO, "{\"version\":1,\"client\":\"c\"}"))
          .isEqualTo(new Hello(1, "c", null));
      assertThat(
              read(
                  MessageType.BEGIN_SESSION,
                  """
                  {"vm":{"namespace":"n","id":"6f9619ff-8b86-d011-b42d-00c04fc964ff","name":"w","host":"h"},
                   "disks":[],"consistency":{"asked":"crash","achieved":"crash","mechanism":"none"}}
                  """))
          .isInstanceOfSatisfying(
              BeginSession.class,
              begin -> {
                assertThat(begin.files()).isEmpty();
                assertThat(begin.attributes()).isEmpty();
                assertThat(begin.consistency().frozenAt()).isEmpty();
                assertThat(begin.consistency().reason()).isEmpty();
              });
    }

    @Test
    void ofALaterVersionWithAnUnknownError() {
      assertThat(read(MessageType.ERROR, "{\"code\":\"tape\",\"message\":\"m\",\"retry\":false}"))
          .isEqualTo(new Failure(ErrorCode.INTERNAL, "m", false));
    }

    @Test
    void andSaysWhichMemberIsWrongWithoutItsContent() {
      assertThat(
              read(MessageType.HELLO, "{\"version\":1,\"client\":\"c\",\"token\":\"two words\"}"))
          .isInstanceOfSatisfying(
              Unreadable.class,
              unreadable ->
                  assertThat(unreadable.reason()).contains("token").doesNotContain("two words"));
    }

    @Test
    void andGoesOnAfterWhatItCannotRead() {
      EmbeddedChannel channel = decoder();
      for (String json :
          List.of("{\"reason\":", "[]", "null", "{} {}", "{\"a\":1,\"a\":2}", "77", "{}")) {

        channel.writeInbound(control(MessageType.GOING_AWAY, json));
        assertThat(((Frame) channel.readInbound()).message()).isInstanceOf(Unreadable.class);
      }
      channel.writeInbound(control(MessageType.GOING_AWAY, "{\"reason\":\"r\"}"));
      assertThat(((Frame) channel.readInbound()).message()).isEqualTo(new GoingAway("r"));
    }

    @Test
    void butNotNestedWithoutBound() {
      String deep = "{\"x\":" + "[".repeat(1000) + "]".repeat(1000) + ",\"reason\":\"r\"}";
      assertThat(read(MessageType.GOING_AWAY, deep)).isInstanceOf(Unreadable.class);
    }
  }

  @Test
  void refusesToWriteWhatIsTooLong() {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameEncoder());
    assertThatThrownBy(
            () -> channel.writeOutbound(Frame.ofConnection(new GoingAway("x".repeat(20_000)))))
        .hasRootCauseInstanceOf(IllegalArgumentException.class);
    assertThat(channel.<Object>readOutbound()).isNull();
    assertThatThrownBy(() ->
            BulkFrames.data(
                UnpooledByteBufAllocator.DEFAULT, 1, 0, ByteBuffer.allocate((1 << 20) + 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void neverShowsASecret() {
    assertThat(Samples.of(MessageType.HELLO).toString())
        .doesNotContain("token\"")
        .contains("(secret)");
    assertThat(Samples.of(MessageType.RESUME_SESSION).toString()).doesNotContain("aaaa");
  }
}
