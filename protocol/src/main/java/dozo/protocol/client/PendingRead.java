package dozo.protocol.client;

import dozo.protocol.message.Message;
import dozo.protocol.message.ReadingMessage.ChunkFailed;
import java.io.IOException;

/** A numbered request on an open disk. Called on the event loop only, and must not block. */
interface PendingRead {

  /**
   * Takes a message that carries the request's number.
   *
   * @return whether the request has its whole answer now
   * @throws IllegalArgumentException if the message does not answer the question
   */
  boolean receive(Message message);

  /** Takes the server's word that it, or a chunk of it, cannot be served. */
  boolean refused(ChunkFailed failed);

  /** Nothing more will come. */
  void lost(IOException cause);
}
