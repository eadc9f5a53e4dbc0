package veche.record;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import veche.crypto.Entropy;
import veche.wire.Bytes;

/// A bundle that a test holds in its hands, and short ways to verify it.
public record MemoryBundle(Map<String, Bytes> files) implements Bundle {
  @Override
  public Optional<Bytes> bytes(String path) {
    return Optional.ofNullable(files.get(path));
  }

  @Override
  public Optional<Set<String>> paths() {
    return Optional.of(files.keySet());
  }

  @Override
  public void close() {}

  /// As an observer would, after everything, with this trust file.
  public static Verifier.Report verify(Bundle bundle, String trust, String... receipts) {
    return Verifier.verify(given(bundle, trust, receipts), (done, of) -> {});
  }

  public static Verifier.Given given(Bundle bundle, String trust, String... receipts) {
    return new Verifier.Given(
        bundle,
        trust.isEmpty() ? Optional.empty() : Optional.of(Trust.parse(trust)),
        new Verifier.Held(
            List.of(receipts), List.of(), Optional.empty(), Optional.empty(), Optional.empty()),
        false,
        ElectionFixture.NOW,
        Entropy.system());
  }

  public static Verifier.Report verify(ElectionFixture fixture) {
    return verify(new MemoryBundle(fixture.files()), fixture.trust());
  }
}
