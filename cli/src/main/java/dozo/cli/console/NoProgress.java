package dozo.cli.console;

/** Nobody is watching. */
final class NoProgress implements Progress {
  @Override
  public void show(Step step) {}

  @Override
  public void close() {}
}
