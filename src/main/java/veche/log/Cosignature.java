package veche.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import veche.crypto.Ed25519;
import veche.crypto.Note;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §1 Cosignature (C2SP tlog-cosignature v1, type 0x04): at this time, this was the largest
/// consistent tree of its origin that the witness had seen.
public final class Cosignature {
  private static final int LENGTH = Long.BYTES + Ed25519.SIGNATURE;

  private Cosignature() {}

  /// The signature line of a witness; `time` in seconds since 1970.
  public static String line(SigningKey key, Checkpoint checkpoint, long time) {
    if (key.type() != Vkey.COSIGNATURE) {
      throw new IllegalStateException("only a cosigner's key cosigns");
    }
    if (time < 0) throw new Malformed("cosignature time " + time);
    Bytes stamp = Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(time).array());
    Bytes signature = key.sign(statement(checkpoint.body(), time));
    return Note.line(key.vkey(), stamp.concat(signature));
  }

  /// The time on the line, if it is this key's cosignature of this checkpoint.
  public static Optional<Long> verify(String line, Vkey key, String checkpointBody) {
    if (key.type() != Vkey.COSIGNATURE || !Note.names(line, key)) return Optional.empty();
    Bytes payload = Note.signature(line);
    if (payload.length() != LENGTH) return Optional.empty();
    long time = ByteBuffer.wrap(payload.unsafeArray()).getLong();
    if (time < 0) return Optional.empty();
    byte[] signed = statement(checkpointBody, time).getBytes(StandardCharsets.UTF_8);
    Bytes signature = payload.slice(Long.BYTES, LENGTH);
    return Ed25519.verify(key.key(), signed, signature) ? Optional.of(time) : Optional.empty();
  }

  /// One verified line: who, and when.
  public record Cosigned(String name, long time) {}

  /// Every line of those of `known`, in order. A known key whose line does not verify spoils the
  /// note.
  public static List<Cosigned> all(Note note, Collection<Vkey> known) {
    List<Cosigned> all = new ArrayList<>();
    for (String line : note.lines()) {
      for (Vkey key : known) {
        if (key.type() != Vkey.COSIGNATURE || !Note.names(line, key)) continue;
        long time =
            verify(line, key, note.body())
                .orElseThrow(
                    () -> new Malformed("the cosignature of " + key.name() + " does not verify"));
        all.add(new Cosigned(key.name(), time));
      }
    }
    return all;
  }

  /// Name and latest time of those of `known` that cosigned: what a quorum not older than a time is
  /// asked with. `all` has the earlier ones too.
  public static Map<String, Long> times(Note note, Collection<Vkey> known) {
    Map<String, Long> times = new LinkedHashMap<>();
    for (Cosigned line : all(note, known)) times.merge(line.name, line.time, Math::max);
    return times;
  }

  private static String statement(String body, long time) {
    return "cosignature/v1\ntime " + time + "\n" + body;
  }
}
