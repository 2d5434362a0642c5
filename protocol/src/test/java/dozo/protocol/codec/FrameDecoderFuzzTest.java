package dozo.protocol.codec;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dozo.protocol.Protocol;
import dozo.protocol.message.Frame;
import dozo.protocol.message.MessageType;
import dozo.protocol.message.ReadingMessage.ChunkPart;
import dozo.protocol.message.ReadingMessage.SegmentPart;
import dozo.protocol.message.SessionMessage.Content;
import dozo.protocol.message.SessionMessage.Data;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever comes, and however it is cut up, the decoder reads it or refuses it as a frame. */
class FrameDecoderFuzzTest {

  private static final int ROUNDS = 3_000;
  private static final int LONGEST_PIECE = 300;

  @FuzzTest(maxDuration = "10s")
  void readsOrRefuses(FuzzedDataProvider input) {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(type -> true));
    try {
      while (input.remainingBytes() > 0) {
        byte[] piece = input.consumeBytes(input.consumeInt(1, LONGEST_PIECE));
        channel.writeInbound(Unpooled.wrappedBuffer(piece));
      }
    } catch (FrameException expected) {
      channel.writeInbound(Unpooled.wrappedBuffer(new byte[100]));
    }
    drain(channel);
  }

  /** As the fuzzer, but from frames that were sound, so that every run gets past the headers. */
  @Test
  void readsOrRefusesDamagedFrames() throws Exception {
    long seed = Long.getLong("dozo.seed", System.nanoTime());
    try {
      Random random = new Random(seed);
      for (int round = 0; round < ROUNDS; round++) {
        damage(random);
      }
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("Rerun with -Ddozo.seed=" + seed, e);
    }
  }

  private static void damage(Random random) throws Exception {
    MessageType[] types = MessageType.values();
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    for (int i = 0; i < 3; i++) {
      frames.write(Samples.encode(Samples.of(types[random.nextInt(types.length)])));
    }
    byte[] bytes = frames.toByteArray();
    for (int i = random.nextInt(4); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(type -> true));
    try {
      for (int at = 0; at < bytes.length; ) {
        int end = Math.min(bytes.length, at + 1 + random.nextInt(LONGEST_PIECE));
        channel.writeInbound(Unpooled.wrappedBuffer(Arrays.copyOfRange(bytes, at, end)));
        at = end;
      }
    } catch (FrameException expected) {
      channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    }
    drain(channel);
  }

  private static void drain(EmbeddedChannel channel) {
    for (Frame frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
      switch (frame.message()) {
        case Data data -> {
          if (data.offset() < 0 || data.costBytes() > Protocol.MAXIMUM_FRAME_BYTES) {
            throw new AssertionError("Believed " + data);
          }
          data.bytes().release();
        }
        case ChunkPart part -> part.bytes().release();
        case Content content -> content.bytes().release();
        case SegmentPart part -> part.bytes().release();
        default -> {}
      }
    }
    channel.finishAndReleaseAll();
  }
}
