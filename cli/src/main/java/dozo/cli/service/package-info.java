/**
 * What a command tells the service manager that started it, in the protocol of sd_notify(3): that
 * it is ready, what it does, that it is well, that it ends. Without a service manager nothing is
 * told.
 */
@NullMarked
package dozo.cli.service;

import org.jspecify.annotations.NullMarked;
