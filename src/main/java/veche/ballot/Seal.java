package veche.ballot;

import java.util.ArrayList;
import java.util.List;
import veche.crypto.Embedding;
import veche.crypto.Point;
import veche.crypto.Scalar;
import veche.crypto.Schnorr;
import veche.crypto.Transcript;
import veche.election.Ranking;
import veche.election.Style;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

/// protocol §6: makes a ballot. Everything random comes from the seed, so an audited ballot can be
/// rebuilt byte for byte; a client draws a fresh seed for every body (record §7).
public final class Seal {
  static final String TAG = "ballot-sig";

  private Seal() {}

  /// This seed gives a value the protocol refuses (probability about 2^-256): take another.
  static final class AnotherSeed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AnotherSeed() {
      super("another seed is needed");
    }
  }

  /// What a ballot is sealed for: the election, its key and its contests.
  public record Paper(Bytes eid, Point key, List<Style> styles) {
    public Paper {
      styles = List.copyOf(styles);
    }
  }

  /// @param choices per contest: a 0 or 1 per option, or option positions in order of preference
  /// @return the body's bytes; nothing is signed yet
  public static Bytes body(
      Paper paper, List<List<Integer>> choices, Point vk, long seq, Bytes prev, Bytes seed) {
    if (seed.length() != 32) throw new Malformed("seed: expected 32 bytes");
    if (choices.size() != paper.styles.size()) throw new Malformed("choices: one per contest");
    Bytes bctx = Ballot.context(paper.eid, vk, seq, prev);
    Bytes digest =
        Transcript.th("ballot-choices", Enc.list(choices, c -> Enc.list(c, v -> Enc.uint(v))));
    Nonces nonces =
        new Nonces(
            Transcript.th("ballot-seed", Enc.bytes(seed), Enc.bytes(bctx), Enc.bytes(digest)));
    Answer.Context context = new Answer.Context(bctx, paper.key);
    List<Enc> answers = new ArrayList<>();
    for (int k = 0; k < choices.size(); k++) {
      Style style = paper.styles.get(k);
      List<Integer> choice = choices.get(k);
      check(style, choice, k);
      Answer answer =
          switch (style.kind()) {
            case APPROVAL -> ApprovalAnswer.seal(context, k, style, choice, nonces);
            case RANKED -> {
              Ranking ranking = new Ranking(style.options(), style.lo(), style.hi());
              yield RankedAnswer.seal(context, k, Embedding.embed(ranking.encode(choice)), nonces);
            }
          };
      answers.add(answer.enc(k));
    }
    return Enc.list(
            Enc.text(Ballot.BODY),
            Enc.bytes(paper.eid),
            Enc.of(vk),
            Enc.uint(seq),
            Enc.bytes(prev),
            Enc.list(answers))
        .encode();
  }

  private static void check(Style style, List<Integer> choice, int contest) {
    if (style.kind() == Style.Kind.RANKED) return;
    int marked = 0;
    for (int v : choice) {
      if (v != 0 && v != 1) throw new Malformed("choices: contest " + contest + ": 0 or 1");
      marked += v;
    }
    if (choice.size() != style.options() || marked < style.lo() || marked > style.hi()) {
      throw new Malformed(
          "choices: contest " + contest + ": expected " + style.lo() + " to " + style.hi());
    }
  }

  /// Signs exactly this body (attacks.md row 52) and gives the leaf.
  public static Bytes sign(Bytes body, Scalar secret) {
    Point vk = Point.base(secret);
    Schnorr signature = Schnorr.sign(TAG, secret, vk, Ballot.signedDigest(body));
    Ballot ballot = Ballot.body(Bytes.zero(32), body, signature);
    if (!ballot.vk().equals(vk)) throw new Malformed("body: sealed for another key");
    return Ballot.body(ballot.eid(), body, signature).leaf();
  }

  /// protocol §6: the id that is shown before the question "cast or check".
  public static Bytes ballotId(Bytes body) {
    return Ballot.ballotId(body);
  }
}
