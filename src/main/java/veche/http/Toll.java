package veche.http;

import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import veche.crypto.Entropy;
import veche.crypto.Hmac;
import veche.crypto.Work;
import veche.wire.Bytes;

/// doors §8: what a door asks for that takes requests from strangers. Nothing while it is calm;
/// then a little computing for each request, more with every doubling. It keeps no state of whom it
/// asked: a challenge carries its own limits under a key made at the start.
final class Toll {
  static final String HEADER = "veche-work";

  /// How long a challenge holds: an old phone, a browser without compilation.
  static final int SECONDS = 300;

  /// Bits a challenge may lack of what is asked by now: the load rose while somebody worked.
  static final int SLACK = 2;

  /// Solved challenges that are remembered until they expire. One that was forgotten pays again
  /// only for the same bytes, which the door knows already.
  static final int REMEMBERED = 1 << 16;

  static final int FIRST = 12;
  static final int MOST = 17;

  private static final Pattern PAID =
      Pattern.compile(
          "((0|[1-9][0-9]{0,11})\\.([1-9][0-9]?)\\.([0-9a-f]{32})\\.([0-9a-f]{64}))"
              + " (0|[1-9][0-9]{0,17})");

  /// Says that work is asked for, and which.
  static final class Owed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String challenge;
    private final int bits;

    Owed(String challenge, int bits, String why) {
      super(why, null, false, false);
      this.challenge = challenge;
      this.bits = bits;
    }

    String challenge() {
      return challenge;
    }

    int bits() {
      return bits;
    }
  }

  /// What came to one election's door lately, and what it holds.
  private static final class Door {
    private double level;
    private long at;
    private long held;
  }

  private final Bytes key;
  private final Entropy entropy;
  private final InstantSource clock;
  private final int calm;
  private final IntSupplier waiting;
  private final int room;
  private final Map<String, Door> doors = new HashMap<>();
  private final Map<String, Long> spent = new LinkedHashMap<>();

  /// @param calm requests to one election in ten minutes that cost nothing
  /// @param waiting what waits for the workers, of `room` that may
  Toll(Entropy entropy, InstantSource clock, int calm, IntSupplier waiting, int room) {
    this.key = entropy.bytes(32);
    this.entropy = entropy;
    this.clock = clock;
    this.calm = calm;
    this.waiting = waiting;
    this.room = room;
  }

  /// Lets a request through and counts it, or throws [Owed].
  ///
  /// @param door its name and its election's: a challenge holds for no other
  /// @param expected how many voters the election expects
  /// @param cap how many requests it keeps
  /// @param offered the header, null where there is none
  synchronized void pass(
      String door, long expected, long cap, Bytes body, @Nullable String offered) {
    long now = clock.instant().getEpochSecond();
    Door here = doors.computeIfAbsent(door, name -> new Door());
    double free = Math.max(calm, expected / 20.0);
    here.level = Math.max(0, here.level - (now - here.at) * free / Limits.WINDOW);
    here.at = now;
    int bits = bits(here, free, cap);
    if (bits > 0) paid(door, bits, body, offered, now);
    here.level++;
  }

  private int bits(Door here, double free, long cap) {
    return Math.max(
        byRate(here.level / Math.max(1, free), here.level >= free),
        Math.max(byShare(here.held, cap), byShare(waiting.getAsInt(), room)));
  }

  /// 12 bits where it is no longer calm, 2 more with each doubling.
  private static int byRate(double times, boolean busy) {
    if (!busy) return 0;
    int doublings = (int) Math.floor(Math.log(Math.max(1, times)) / Math.log(2));
    return Math.min(MOST, FIRST + 2 * doublings);
  }

  /// A quarter full, half, three quarters.
  private static int byShare(long held, long cap) {
    return switch ((int) Math.min(3, 4 * held / cap)) {
      case 0 -> 0;
      case 1 -> FIRST;
      case 2 -> FIRST + 3;
      default -> MOST;
    };
  }

  private void paid(String door, int bits, Bytes body, @Nullable String offered, long now) {
    if (offered == null) throw owed(door, bits, now, "this door is busy");
    Matcher m = PAID.matcher(offered);
    if (!m.matches()) throw owed(door, bits, now, "the work cannot be read");
    String challenge = m.group(1);
    long expiry = Long.parseLong(m.group(2));
    int promised = Integer.parseInt(m.group(3));
    if (!genuine(m.group(5), mac(door, expiry, promised, m.group(4)))) {
      throw owed(door, bits, now, "not a challenge of this door");
    }
    if (expiry <= now) throw owed(door, bits, now, "the challenge has expired");
    if (promised < bits - SLACK) throw owed(door, bits, now, "more is asked by now");
    if (Work.zeros(Work.seed(challenge, body), Long.parseLong(m.group(6))) < promised) {
      throw owed(door, bits, now, "too little work for these bytes");
    }
    forget(now);
    if (spent.putIfAbsent(m.group(4), expiry) != null) {
      throw owed(door, bits, now, "this challenge has paid already");
    }
  }

  private void forget(long now) {
    Iterator<Long> oldest = spent.values().iterator();
    while (oldest.hasNext() && (oldest.next() <= now || spent.size() >= REMEMBERED)) {
      oldest.remove();
    }
  }

  private Owed owed(String door, int bits, long now, String why) {
    long expiry = now + SECONDS;
    String nonce = entropy.bytes(16).hex();
    String mac = mac(door, expiry, bits, nonce).hex();
    return new Owed(expiry + "." + bits + "." + nonce + "." + mac, bits, why);
  }

  private static boolean genuine(String hex, Bytes mac) {
    return MessageDigest.isEqual(Bytes.fromHex(hex).unsafeArray(), mac.unsafeArray());
  }

  private Bytes mac(String door, long expiry, int bits, String nonce) {
    String text = "veche.work/v1\n" + door + "\n" + expiry + "\n" + bits + "\n" + nonce + "\n";
    return Hmac.sha256(key, Bytes.utf8(text));
  }

  /// How many requests the election holds already, where that is not known yet.
  synchronized Optional<String> unknown(String door) {
    return doors.containsKey(door) ? Optional.empty() : Optional.of(door);
  }

  synchronized void holds(String door, long held) {
    Door here = doors.computeIfAbsent(door, name -> new Door());
    here.held = Math.max(here.held, held);
  }

  synchronized void kept(String door) {
    Door here = doors.get(door);
    if (here != null) here.held++;
  }

  /// How many doors ask for work now, for whoever watches.
  synchronized int remembered() {
    return spent.size();
  }
}
