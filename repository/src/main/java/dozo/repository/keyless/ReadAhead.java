package dozo.repository.keyless;

import dozo.format.pack.RangedInput;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads a file in large pieces for one who goes through it in small ones. For one thread. */
final class ReadAhead implements RangedInput {

  private static final int PIECE_BYTES = 1 << 20;

  private final RangedInput input;
  private final long size;
  private final ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES).limit(0);
  private long pieceOffset;

  ReadAhead(RangedInput input) throws IOException {
    this.input = input;
    this.size = input.sizeBytes();
  }

  @Override
  public long sizeBytes() {
    return size;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    long end = offset + target.remaining();
    if (target.remaining() > PIECE_BYTES || end > size) {
      input.read(offset, target);
      return;
    }
    if (offset < pieceOffset || end > pieceOffset + piece.limit()) {
      piece.clear().limit(0);
      ByteBuffer room = piece.duplicate().clear();
      input.read(offset, room.limit((int) Math.min(PIECE_BYTES, size - offset)));
      pieceOffset = offset;
      piece.limit(room.limit());
    }
    target.put(piece.slice((int) (offset - pieceOffset), target.remaining()));
  }
}
