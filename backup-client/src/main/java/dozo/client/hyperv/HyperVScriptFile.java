package dozo.client.hyperv;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The script that Dozo brings. */
public final class HyperVScriptFile {

  private static final String NAME = "dozo-hyperv.ps1";

  private HyperVScriptFile() {}

  /**
   * Puts the script into a directory, unless it is there.
   *
   * @return the words that run it
   */
  public static List<String> install(Path directory) throws IOException {
    Path file = Files.createDirectories(directory).resolve(NAME);
    byte[] script;
    try (InputStream in =
        Objects.requireNonNull(HyperVScriptFile.class.getResourceAsStream(NAME))) {
      script = in.readAllBytes();
    }
    if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), script)) {
      Files.write(file, script);
    }
    return List.of(
        "powershell.exe",
        "-NoProfile",
        "-NonInteractive",
        "-ExecutionPolicy",
        "Bypass",
        "-File",
        file.toString());
  }
}
