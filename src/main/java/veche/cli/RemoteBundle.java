package veche.cli;

import java.util.Optional;
import java.util.Set;
import veche.record.Bundle;
import veche.wire.Bytes;

/// doors §1: the static tree as a server hands it out, file by file. It cannot be listed: only what
/// the log asks for is fetched.
public final class RemoteBundle implements Bundle {
  private final Remote remote;

  public RemoteBundle(Remote remote) {
    this.remote = remote;
  }

  @Override
  public Optional<Bytes> bytes(String path) {
    int cap = Bundle.cap(path).orElseThrow(() -> new Unusable("not a name of a bundle"));
    try {
      return Optional.of(remote.get(path, cap));
    } catch (Remote.Refusal e) {
      if (e.code().equals("not-found")) return Optional.empty();
      throw e;
    }
  }

  @Override
  public Optional<Set<String>> paths() {
    return Optional.empty();
  }

  @Override
  public void close() {}
}
