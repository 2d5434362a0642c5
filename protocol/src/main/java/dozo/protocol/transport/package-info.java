/**
 * Sockets and TLS as both sides of the protocol use them: which of Netty's transports there is on
 * this machine, and TLS 1.3 with BoringSSL where its library loads, else with the JDK's. Used when
 * connections are made; nothing here sees a message.
 */
@NullMarked
package dozo.protocol.transport;

import org.jspecify.annotations.NullMarked;
