package dozo.protocol.client;

import dozo.protocol.message.SessionMessage.Wanted;
import java.io.IOException;

/** Hears what a server wants of the chunks that a stream announced. Called on the event loop. */
public interface WantedListener {

  /** The answer to the next announcement. Must not block. */
  void wanted(Wanted answer);

  /** The session has failed: no answer comes any more. Must not block; may be called again. */
  void failed(IOException cause);
}
