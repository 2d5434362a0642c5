package dozo.client.libvirt;

import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.client.source.FrozenContent;
import dozo.client.source.Run;
import java.nio.ByteBuffer;

/** The XML by which a machine can be defined again, as a configuration file. */
final class Definition implements FrozenContent {

  static final String NAME = "libvirt.xml";

  private final byte[] bytes;

  Definition(String xml) {
    this.bytes = xml.getBytes(UTF_8);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public long sizeBytes() {
    return bytes.length;
  }

  @Override
  public Run runAt(long offset) {
    return new Run(offset, bytes.length - offset, Run.Kind.DATA);
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    target.put(bytes, Math.toIntExact(offset), target.remaining());
  }
}
