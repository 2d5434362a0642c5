package dozo.cli.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What programs say about a guest's files, some of which a guest makes up. */
class ReaderErrorsTest {

  private static ReaderErrors.Summary summary(String said) throws Exception {
    return ReaderErrors.collect(
            new ByteArrayInputStream(said.getBytes(StandardCharsets.ISO_8859_1)))
        .await(2);
  }

  @Test
  void namesTheFilesThatTarFilledUp() throws Exception {
    assertThat(
            summary(
                    """
                    tar: ./etc/a: Read error at byte 0, while reading 512 bytes: Input/output error
                    tar: ./etc/b\\: c\\nd\\303\\274: File shrank by 10 bytes; padding with zeros
                    tar: ./etc/secret: Cannot open: Permission denied
                    tar: Exiting with failure status due to previous errors
                    """)
                .unreadable())
        .containsExactly("etc/a", "etc/b: c\nd\u00c3\u00bc");
  }

  @Test
  void showsWhatWasSaidWithoutWhatControlsATerminal() throws Exception {
    ReaderErrors.Summary summary =
        summary(
            """
            one \u001b[2J\u00c3\u00bc
            Mounting read-only.
            tar: ./a: Warning: Cannot flistxattr: Operation not supported
            tar: Exiting with failure status
            """);
    assertThat(summary.lines()).containsExactly("one ?[2Jü");
  }

  @Test
  void boundsWhatItKeeps() throws Exception {
    assertThat(summary("line\n".repeat(1000)).lines())
        .hasSize(21)
        .last()
        .isEqualTo("and 980 more lines");
    assertThat(summary("x".repeat(1 << 20)).lines().getFirst()).hasSizeLessThan(1100);
    assertThatThrownBy(() -> summary("tar: ./x: File shrank by 1 bytes\n".repeat(20_000)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void surviveEscapesThatAreNone() {
    for (String name : new String[] {"\\", "\\9", "\\77", "\\0", "a\\400b", "\\\\"}) {
      assertThat(ReaderErrors.unreadable("tar: ./" + name + ": File shrank by 1 bytes"))
          .as(name)
          .isPresent();
    }
  }

  @Test
  void readsARowOfAListing() throws Exception {
    FileListing.Row row = FileListing.parse("a b/l/4755/1/2/7/1700000000.1230000000/../x/y");
    assertThat(row)
        .isEqualTo(
            new FileListing.Row(
                "a b", 'l', 04755, 1, 2, 7, Instant.ofEpochSecond(1_700_000_000), "../x/y"));
    assertThat(row.permissions()).isEqualTo("lrwsr-xr-x");
    assertThat(FileListing.parse("t/d/1777/0/0/0/-5.5/").permissions()).isEqualTo("drwxrwxrwt");
    for (String wrong : new String[] {"", "a/f/x/1/2/3/4/", "a/ff/7/1/2/3/4/", "a/f/7/1/2/3/z/"}) {
      assertThatThrownBy(() -> FileListing.parse(wrong)).isInstanceOf(IOException.class);
    }
  }
}
