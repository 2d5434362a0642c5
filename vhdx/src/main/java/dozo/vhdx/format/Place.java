package dozo.vhdx.format;

import dozo.vhdx.VhdxException;
import dozo.vhdx.VhdxException.Fault;

/**
 * Where in a file a structure stands, so that whatever is wrong with it can be said in one line.
 *
 * @param file name of the file
 * @param structure the structure as a person would call it
 * @param offset its byte offset in the file
 */
public record Place(String file, String structure, long offset) {

  /** The same file at another structure. */
  public Place at(String otherStructure, long otherOffset) {
    return new Place(file, otherStructure, otherOffset);
  }

  /** The bytes break the format. */
  public VhdxException corrupt(String expected, Object found) {
    return because(Fault.CORRUPT, expected, found);
  }

  /** The bytes ask for something unknown. */
  public VhdxException unsupported(String expected, Object found) {
    return because(Fault.UNSUPPORTED, expected, found);
  }

  /** The bytes ask for more than is granted. */
  public VhdxException limit(String expected, Object found) {
    return because(Fault.LIMIT, expected, found);
  }

  /** The chain cannot be completed. */
  public VhdxException brokenChain(String expected, Object found) {
    return because(Fault.BROKEN_CHAIN, expected, found);
  }

  /** The file was written to while it was open. */
  public VhdxException changed(String expected, Object found) {
    return because(Fault.CHANGED, expected, found);
  }

  private VhdxException because(Fault fault, String expected, Object found) {
    return new VhdxException(fault, file, structure, offset, expected, found.toString());
  }
}
