package dozo.server.net;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a server listens.
 *
 * @param tcp the address and port for TLS; port 0 takes a free one
 * @param unix the file of a Unix socket, if there is to be one
 */
public record Listeners(InetSocketAddress tcp, Optional<Path> unix) {}
