package dozo.protocol.client;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.key.ReceiptVerifier;
import dozo.protocol.message.SessionMessage.Receipt;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;

/** The signature under a receipt, which a client checks before it believes the receipt. */
final class ReceiptSignature {

  private ReceiptSignature() {}

  /**
   * Checks that the repository's receipt key signed this receipt.
   *
   * @throws CorruptDataException if it did not
   */
  static void verify(UUID repository, Receipt receipt) throws CorruptDataException {
    Base64.Decoder base64 = Base64.getDecoder();
    try {
      byte[] manifest = HexFormat.of().parseHex(receipt.manifestSha256());
      byte[] signature = base64.decode(receipt.signature());
      if (new ReceiptVerifier(repository, base64.decode(receipt.publicKey()))
          .verify(receipt.restorePoint().uuid(), manifest, signature)) {
        return;
      }
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException(fault(receipt), e);
    }
    throw new CorruptDataException(fault(receipt));
  }

  private static Fault fault(Receipt receipt) {
    return Fault.of("The receipt's signature does not hold")
        .in("restore point " + receipt.restorePoint())
        .cure("do not count on this restore point before 'dozo verify' has read it");
  }
}
