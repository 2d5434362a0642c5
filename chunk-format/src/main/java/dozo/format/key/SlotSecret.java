package dozo.format.key;

/** What opens a key slot: a {@link Passphrase} or the contents of a {@link KeyFile}. */
public sealed interface SlotSecret extends KeySource permits Passphrase, KeyFile {}
