package veche.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/// An immutable run of bytes with the three spellings people meet: lower-case hex, RFC 4648 Base32
/// without padding, and Base64. Comparison is by unsigned bytes, shorter first on a common prefix.
public final class Bytes implements Comparable<Bytes> {
  public static final Bytes EMPTY = new Bytes(new byte[0]);
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private final byte[] value;

  private Bytes(byte[] value) {
    this.value = value;
  }

  /// Copies `value`.
  public static Bytes of(byte[] value) {
    return value.length == 0 ? EMPTY : new Bytes(value.clone());
  }

  /// Takes `value` over without a copy: the caller must not touch it again.
  public static Bytes wrap(byte[] value) {
    return new Bytes(value);
  }

  public static Bytes utf8(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  public static Bytes zero(int length) {
    return new Bytes(new byte[length]);
  }

  /// Lower-case hex only: one text for one value.
  public static Bytes fromHex(String hex) {
    for (int i = 0; i < hex.length(); i++) {
      char c = hex.charAt(i);
      if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
        throw new Malformed("not lower-case hex at character " + i);
      }
    }
    if (hex.length() % 2 != 0) throw new Malformed("hex of odd length " + hex.length());
    return new Bytes(HexFormat.of().parseHex(hex));
  }

  public static Bytes fromBase64(String text) {
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new Malformed("not Base64");
    }
    if (!Base64.getEncoder().encodeToString(decoded).equals(text)) {
      throw new Malformed("Base64 that is not canonical");
    }
    return new Bytes(decoded);
  }

  /// Upper case, no padding; unused low bits must be zero.
  public static Bytes fromBase32(String text) {
    byte[] out = new byte[text.length() * 5 / 8];
    int buffer = 0;
    int bits = 0;
    int at = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = BASE32.indexOf(text.charAt(i));
      if (digit < 0) throw new Malformed("not Base32 at character " + i);
      buffer = buffer << 5 | digit;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        out[at++] = (byte) (buffer >> bits);
        buffer &= (1 << bits) - 1;
      }
    }
    if (buffer != 0 || bits >= 5) throw new Malformed("Base32 that is not canonical");
    return new Bytes(out);
  }

  public int length() {
    return value.length;
  }

  public int at(int index) {
    return value[index] & 0xff;
  }

  public byte[] toArray() {
    return value.clone();
  }

  /// For reading only, where a copy of something large would cost: the caller must not write to it.
  public byte[] unsafeArray() {
    return value;
  }

  public Bytes slice(int from, int to) {
    return new Bytes(Arrays.copyOfRange(value, from, to));
  }

  public Bytes concat(Bytes next) {
    byte[] out = Arrays.copyOf(value, value.length + next.value.length);
    System.arraycopy(next.value, 0, out, value.length, next.value.length);
    return new Bytes(out);
  }

  public Bytes sha256() {
    return new Bytes(sha256(value));
  }

  public static byte[] sha256(byte[]... parts) {
    MessageDigest digest = sha256Digest();
    for (byte[] part : parts) digest.update(part);
    return digest.digest();
  }

  public static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  public String hex() {
    return HexFormat.of().formatHex(value);
  }

  public String base64() {
    return Base64.getEncoder().encodeToString(value);
  }

  public String base32() {
    StringBuilder out = new StringBuilder((value.length * 8 + 4) / 5);
    int buffer = 0;
    int bits = 0;
    for (byte b : value) {
      buffer = buffer << 8 | b & 0xff;
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        out.append(BASE32.charAt(buffer >> bits));
        buffer &= (1 << bits) - 1;
      }
    }
    if (bits > 0) out.append(BASE32.charAt(buffer << (5 - bits)));
    return out.toString();
  }

  public String utf8() {
    return new String(value, StandardCharsets.UTF_8);
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(value, other.value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes b && Arrays.equals(value, b.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return hex();
  }
}
