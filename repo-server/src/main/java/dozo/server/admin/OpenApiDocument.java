package dozo.server.admin;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The description of the API in OpenAPI 3.1, a file of the program. */
final class OpenApiDocument {

  private static final String FILE = "openapi.json";

  private final byte[] text;

  private OpenApiDocument(byte[] text) {
    this.text = text;
  }

  static OpenApiDocument load() {
    try (@Nullable InputStream file = OpenApiDocument.class.getResourceAsStream(FILE)) {
      if (file == null) {
        throw new AssertionError("The program's " + FILE + " is missing");
      }
      return new OpenApiDocument(file.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("The program's " + FILE + " cannot be read", e);
    }
  }

  void answer(Context http) {
    http.contentType("application/json").result(text);
  }
}
