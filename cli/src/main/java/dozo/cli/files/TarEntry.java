package dozo.cli.files;

import java.util.Map;

/**
 * A member of a tar archive. Texts are bytes in Latin-1.
 *
 * @param type the character that stands for it in a header, such as {@link #DIRECTORY}
 * @param path as the archive has it
 * @param link where a link leads; empty for what is none
 * @param mode the permission bits and the three above them
 * @param owner the number of the user
 * @param group the number of the group
 * @param sizeBytes how long its content is
 * @param modified seconds since 1970 with up to nine decimals
 * @param attributes extended attributes by their full names
 */
record TarEntry(
    char type,
    String path,
    String link,
    int mode,
    long owner,
    long group,
    long sizeBytes,
    String modified,
    Map<String, String> attributes) {

  static final char FILE = '0';
  static final char HARD_LINK = '1';
  static final char SYMBOLIC_LINK = '2';
  static final char DIRECTORY = '5';

  TarEntry {
    attributes = Map.copyOf(attributes);
  }

  TarEntry with(String newPath, String newLink, int newMode, Map<String, String> newAttributes) {
    return new TarEntry(
        type, newPath, newLink, newMode, owner, group, sizeBytes, modified, newAttributes);
  }
}
