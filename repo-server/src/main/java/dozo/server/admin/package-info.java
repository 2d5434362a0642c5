/**
 * The HTTPS interface for operators and their tools, under {@code /api/v1}: what the server holds
 * and does, tokens, and metrics. {@link dozo.server.admin.AdminRoute} lists every route with the
 * roles that may use it; errors are problem documents (RFC 9457). It shares the server's
 * certificate and tokens. Javalin and Jetty stay in this package; requests run on Jetty's threads
 * and may wait.
 */
@NullMarked
package dozo.server.admin;

import org.jspecify.annotations.NullMarked;
