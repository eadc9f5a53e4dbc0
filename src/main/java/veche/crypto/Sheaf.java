package veche.crypto;

import java.io.ByteArrayOutputStream;
import veche.wire.ByteTree;
import veche.wire.Bytes;

/// A byte tree in memory while it is written.
final class Sheaf extends ByteArrayOutputStream implements ByteTree.Sink {
  Sheaf(int size) {
    super(size);
  }

  Bytes bytes() {
    return Bytes.wrap(toByteArray());
  }
}
