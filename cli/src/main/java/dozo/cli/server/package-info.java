/**
 * The configuration of {@code dozo server}: one YAML file, in which every key has a default.
 *
 * <p>{@link dozo.cli.server.ServerFile} reads it into {@link dozo.cli.server.ServerSettings}, or
 * tells all of its mistakes. The defaults are no code but {@code server.yaml} beside these classes,
 * the commented file that {@code dozo config example} prints: it lies beneath the file, and options
 * and the environment lie above it. Each section of the file is a record here that reads itself.
 *
 * <p>A new section is a record with a {@code read}, a component of the settings, its keys in {@code
 * server.yaml} and a row for each in {@code docs/configuration.md}; tests name what is missing.
 * Keys that a running server takes over are listed in {@link dozo.cli.server.Changes}.
 */
@NullMarked
package dozo.cli.server;

import org.jspecify.annotations.NullMarked;
