package veche.crypto;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import veche.wire.Enc;
import veche.wire.Malformed;

/// protocol §6: a ciphertext holds [v]G for one of the values lo..hi, without telling which
/// (Cramer, Damgård and Schoenmakers, CRYPTO '94). T-form: both first messages of every branch, all
/// challenges but the last, and every answer.
public record OrProof(List<Point> t, List<Point> u, List<Scalar> challenges, List<Scalar> answers) {

  public OrProof {
    t = List.copyOf(t);
    u = List.copyOf(u);
    challenges = List.copyOf(challenges);
    answers = List.copyOf(answers);
    int n = t.size();
    if (n < 1 || u.size() != n || challenges.size() != n - 1 || answers.size() != n) {
      throw new Malformed("or-proof: counts");
    }
  }

  /// The nonces a prover is handed: w for the true branch, c and z for each false one by its value.
  public interface Nonces {
    Scalar w();

    Scalar c(int value);

    Scalar z(int value);
  }

  /// @param challenge the hash of the whole statement and [T_lo, U_lo, …]
  public static OrProof prove(
      Point key,
      ElGamal ciphertext,
      Scalar r,
      int value,
      int lo,
      int hi,
      Nonces nonces,
      Function<Enc, Scalar> challenge) {
    List<Point> t = new ArrayList<>();
    List<Point> u = new ArrayList<>();
    for (int i = lo; i <= hi; i++) {
      if (i == value) {
        t.add(Point.base(nonces.w()));
        u.add(key.timesFixed(nonces.w()));
      } else {
        Scalar c = nonces.c(i);
        Scalar z = nonces.z(i);
        // T = [z]G − [c]A and U = [z]Y − [c](B − [i]G)
        t.add(Point.base(z).minus(ciphertext.a().times(c)));
        u.add(key.timesFixed(z).minus(shifted(ciphertext, i).times(c)));
      }
    }
    Scalar own = challenge.apply(firstMessages(t, u));
    for (int i = lo; i <= hi; i++) if (i != value) own = own.minus(nonces.c(i));
    List<Scalar> challenges = new ArrayList<>();
    List<Scalar> answers = new ArrayList<>();
    for (int i = lo; i <= hi; i++) {
      if (i < hi) challenges.add(i == value ? own : nonces.c(i));
      answers.add(i == value ? nonces.w().plus(own.times(r)) : nonces.z(i));
    }
    return new OrProof(t, u, challenges, answers);
  }

  /// For i = lo..hi: [z_i]G = T_i + [c_i]A and [z_i]Y = U_i + [c_i](B − [i]G).
  public void addTo(
      Equations equations, Point key, ElGamal ciphertext, int lo, Function<Enc, Scalar> challenge) {
    Scalar last = challenge.apply(firstMessages(t, u));
    for (Scalar c : challenges) last = last.minus(c);
    for (int n = 0; n < t.size(); n++) {
      Scalar c = n < challenges.size() ? challenges.get(n) : last;
      Scalar z = answers.get(n);
      equations.equation().plus(z, Point.GENERATOR).minus(t.get(n)).minus(c, ciphertext.a());
      equations
          .equation()
          .plus(z, key)
          .minus(u.get(n))
          .minus(c, ciphertext.b())
          .plus(c.times(Scalar.of(lo + n)), Point.GENERATOR);
    }
  }

  private static Point shifted(ElGamal ciphertext, int value) {
    return ciphertext.b().minus(Point.base(Scalar.of(value)));
  }

  private static Enc firstMessages(List<Point> t, List<Point> u) {
    List<Enc> out = new ArrayList<>();
    for (int i = 0; i < t.size(); i++) {
      out.add(Enc.of(t.get(i)));
      out.add(Enc.of(u.get(i)));
    }
    return Enc.list(out);
  }

  public int branches() {
    return t.size();
  }

  /// protocol §15 line 19: points first, then challenges, then answers.
  public Enc enc() {
    List<Enc> out = new ArrayList<>();
    for (int i = 0; i < t.size(); i++) {
      out.add(Enc.of(t.get(i)));
      out.add(Enc.of(u.get(i)));
    }
    for (Scalar c : challenges) out.add(Enc.of(c));
    for (Scalar z : answers) out.add(Enc.of(z));
    return Enc.list(out);
  }

  public static OrProof read(Enc.Fields f, int branches) {
    List<Point> t = new ArrayList<>();
    List<Point> u = new ArrayList<>();
    List<Scalar> challenges = new ArrayList<>();
    List<Scalar> answers = new ArrayList<>();
    for (int i = 0; i < branches; i++) {
      t.add(f.element("T", Point.class));
      u.add(f.element("U", Point.class));
    }
    for (int i = 0; i + 1 < branches; i++) challenges.add(f.element("c", Scalar.class));
    for (int i = 0; i < branches; i++) answers.add(f.element("z", Scalar.class));
    f.end();
    return new OrProof(t, u, challenges, answers);
  }
}
