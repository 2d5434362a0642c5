package dozo.protocol.client;

import dozo.protocol.message.Message;
import java.io.IOException;

/** Takes what comes on one channel. Called on the event loop only, and must not block. */
interface Receiver {

  /** Takes a message. Bytes in it are valid during the call only. */
  void receive(Message message);

  /** Nothing more will come. Called once at the most. */
  void lost(IOException cause);
}
