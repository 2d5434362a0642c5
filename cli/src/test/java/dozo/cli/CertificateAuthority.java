package dozo.cli;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An authority as an admin makes one with openssl, and what it signs. */
final class CertificateAuthority {
  private static final String EXTENSIONS =
      """
      [req]
      distinguished_name = name
      [name]
      [authority]
      basicConstraints = critical, CA:TRUE
      keyUsage = critical, keyCertSign
      [server]
      basicConstraints = critical, CA:FALSE
      keyUsage = critical, digitalSignature
      extendedKeyUsage = serverAuth
      subjectAltName = IP:127.0.0.1, DNS:localhost
      [client]
      basicConstraints = critical, CA:FALSE
      keyUsage = critical, digitalSignature
      extendedKeyUsage = clientAuth
      """;

  private final Path directory;

  private CertificateAuthority(Path directory) {
    this.directory = directory;
  }

  /** Makes an authority, with its files in a directory that is not there yet. */
  static CertificateAuthority create(Path directory) throws IOException {
    CertificateAuthority authority = new CertificateAuthority(Files.createDirectory(directory));
    Files.writeString(authority.file("extensions.cnf"), EXTENSIONS);
    authority.make("authority", "ca", List.of());
    return authority;
  }

  /** Its own certificate. */
  Path certificate() {
    return file("ca-cert.pem");
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private void make(String extensions, String name, List<String> more) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "req",
                "-x509",
                "-config",
                file("extensions.cnf").toString(),
                "-extensions",
                extensions,
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-days",
                "30",
                "-keyout",
                file(name + "-key.pem").toString(),
                "-out",
                file(name + "-cert.pem").toString()));
    words.addAll(more);
    Tool.require("openssl", "openssl").run(null, words.toArray(String[]::new));
  }

  private void issue(String extensions, String name) throws IOException {
    make(
        extensions,
        name,
        List.of("-CA", certificate().toString(), "-CAkey", file("ca-key.pem").toString()));
  }

  /** Signs a certificate and lays it out as qemu and libnbd look for it; returns the directory. */
  Path client() throws IOException {
    issue("client", "client");
    return directory;
  }

  /** As {@link #client}, of a certificate that is only good for servers. */
  Path serverAsClient() throws IOException {
    issue("server", "client");
    return directory;
  }

  /** Signs a server's certificate; returns the files of it and of its key. */
  List<Path> serverFiles() throws IOException {
    issue("server", "server");
    return List.of(file("server-cert.pem"), file("server-key.pem"));
  }

  /** Signs a server's certificate; returns the options that name it and its key. */
  List<Object> server() throws IOException {
    List<Path> files = serverFiles();
    return List.of("--certificate", files.getFirst(), "--certificate-key", files.getLast());
  }
}
