package veche.view;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import veche.wire.Bytes;

/// record §8: what people compare by eye or by voice: the first 132 bits of a SHA-256 as 12 words
/// of BIP-39's English list.
public final class Fingerprint {
  private static final int WORDS = 12;
  private static final int BITS = 11;
  private static final List<String> ENGLISH = english();

  private Fingerprint() {}

  /// The words of a key or of any other bytes.
  public static String of(Bytes value) {
    return ofDigest(value.sha256());
  }

  /// The words of something that is a SHA-256 already, such as a cid.
  public static String ofDigest(Bytes digest) {
    if (digest.length() != 32) throw new IllegalArgumentException("a digest has 32 bytes");
    BigInteger top = new BigInteger(1, digest.toArray()).shiftRight(256 - WORDS * BITS);
    List<String> words = new ArrayList<>();
    for (int i = WORDS - 1; i >= 0; i--) {
      words.add(ENGLISH.get(top.shiftRight(BITS * i).intValue() & 2047));
    }
    return String.join(" ", words);
  }

  private static List<String> english() {
    try (InputStream in = Fingerprint.class.getResourceAsStream("bip39-english.txt")) {
      byte[] list = Objects.requireNonNull(in, "bip39-english.txt").readAllBytes();
      return new String(list, StandardCharsets.US_ASCII).lines().toList();
    } catch (IOException e) {
      throw new IllegalStateException("a resource of the program cannot be read", e);
    }
  }
}
