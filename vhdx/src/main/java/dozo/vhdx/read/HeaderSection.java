package dozo.vhdx.read;

import dozo.vhdx.VhdxException;
import dozo.vhdx.format.FileHeader;
import dozo.vhdx.format.Place;
import dozo.vhdx.format.VhdxFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the head of a file says before its log is looked at: that it is a VHDX, who made it, and
 * which of its two headers counts.
 *
 * @param current the header that counts
 * @param creator who made the file, fit for printing; nothing is ever decided by it
 * @param fileBytes how long the file was
 * @param warnings what is odd and yet allowed
 */
record HeaderSection(FileHeader current, String creator, long fileBytes, List<String> warnings) {

  /** The part of a header that means something; the rest is reserved. */
  private static final int USED_HEADER_BYTES = 80;

  HeaderSection {
    warnings = List.copyOf(warnings);
  }

  private record Copy(
      Place place, ByteBuffer bytes, @Nullable FileHeader header, @Nullable VhdxException damage) {}

  static HeaderSection read(ByteSource source) throws IOException {
    Place file = new Place(source.name(), "file", 0);
    long fileBytes = source.sizeBytes();
    if (fileBytes < VhdxFormat.HEADER_SECTION_BYTES) {
      throw file.corrupt(
          "at least the header section of " + VhdxFormat.HEADER_SECTION_BYTES + " bytes",
          fileBytes + " bytes");
    }
    ByteBuffer identifier = read(source, 0, VhdxFormat.CREATOR_OFFSET + VhdxFormat.CREATOR_BYTES);
    if (identifier.getLong(0) != VhdxFormat.FILE_SIGNATURE) {
      throw file.at("file identifier", 0)
          .corrupt("signature 'vhdxfile'", "0x%016x".formatted(identifier.getLong(0)));
    }
    String creator =
        Printable.utf16(identifier.slice(VhdxFormat.CREATOR_OFFSET, VhdxFormat.CREATOR_BYTES));

    List<String> warnings = new ArrayList<>();
    Copy first = copy(source, file.at("header 1", VhdxFormat.HEADER_1_OFFSET));
    Copy second = copy(source, file.at("header 2", VhdxFormat.HEADER_2_OFFSET));
    Copy current = choose(first, second, warnings);
    FileHeader header = current.header();
    if (header == null) {
      throw file.at("headers", VhdxFormat.HEADER_1_OFFSET)
          .corrupt("one valid header", "%s; %s".formatted(reason(first), reason(second)));
    }
    header.validate(fileBytes, current.place());
    return new HeaderSection(header, creator, fileBytes, warnings);
  }

  private static Copy copy(ByteSource source, Place place) throws IOException {
    ByteBuffer bytes = read(source, place.offset(), FileHeader.BYTES);
    try {
      return new Copy(place, bytes, FileHeader.decode(bytes, place), null);
    } catch (VhdxException e) {
      return new Copy(place, bytes, null, e);
    }
  }

  private static Copy choose(Copy first, Copy second, List<String> warnings) throws VhdxException {
    FileHeader one = first.header();
    FileHeader two = second.header();
    if (one == null || two == null) {
      Copy damaged = one == null ? first : second;
      warnings.add("one header is damaged, the other is used: " + reason(damaged));
      return one == null ? second : first;
    }
    int order = Long.compareUnsigned(one.sequenceNumber(), two.sequenceNumber());
    if (order != 0) {
      return order > 0 ? first : second;
    }
    // Disk2vhd writes one header twice; then it does not matter which of them counts.
    if (!first
        .bytes()
        .slice(0, USED_HEADER_BYTES)
        .equals(second.bytes().slice(0, USED_HEADER_BYTES))) {
      throw second
          .place()
          .corrupt(
              "a sequence number other than header 1's",
              Long.toUnsignedString(two.sequenceNumber()) + " in two different headers");
    }
    return first;
  }

  private static String reason(Copy copy) {
    return copy.damage() == null ? "" : String.valueOf(copy.damage().getMessage());
  }

  private static ByteBuffer read(ByteSource source, long offset, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    ReplayedSource.readFully(source, offset, buffer);
    return buffer.flip();
  }
}
