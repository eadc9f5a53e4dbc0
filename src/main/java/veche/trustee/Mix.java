package veche.trustee;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import veche.crypto.Ciphertexts;
import veche.crypto.Entropy;
import veche.crypto.Point;
import veche.crypto.Shuffle;
import veche.crypto.ShuffleProver;
import veche.crypto.VmnTranscript;
import veche.election.Code;
import veche.election.Refused;
import veche.wire.Bytes;
import veche.wire.Enc;

/// protocol §9, §10: one trustee's mix of one contest.
public final class Mix {
  private static final int MOST_CONTESTS = 1_000;
  private static final String FORM = "veche/1/mix";

  private Mix() {}

  /// protocol §15 line 31: what a mixer says.
  ///
  /// @param place of this mix among the valid ones of the contest, from 1
  /// @param input ListDigest of the list that was mixed, `output` of the one that came out
  /// @param permutationCommitment SHA-256 of the proof's files, by which their blobs are found; so
  ///   are the next two
  public record Statement(
      Bytes eid,
      int contest,
      int place,
      Bytes input,
      Bytes output,
      Bytes permutationCommitment,
      Bytes commitment,
      Bytes reply) {

    public Enc enc() {
      return Enc.list(
          Enc.text(FORM),
          Enc.bytes(eid),
          Enc.uint(contest),
          Enc.uint(place),
          Enc.bytes(input),
          Enc.bytes(output),
          Enc.bytes(permutationCommitment),
          Enc.bytes(commitment),
          Enc.bytes(reply));
    }

    static Statement read(Enc.Fields list) {
      Enc.Fields f = list.list("statement");
      f.text("form", Set.of(FORM));
      Statement out =
          new Statement(
              f.bytes("eid", 32),
              f.uint("contest", MOST_CONTESTS),
              f.uint("place", MOST_CONTESTS),
              f.bytes("input", 32),
              f.bytes("output", 32),
              f.bytes("permutationCommitment", 32),
              f.bytes("commitment", 32),
              f.bytes("reply", 32));
      f.end();
      return out;
    }
  }

  /// record §3a `mix`.
  ///
  /// @param list SHA-256 of the blob of the output list, the file ShuffledCiphertexts
  public record Payload(Statement statement, String part, Bytes list) {
    public Enc enc() {
      return Enc.list(statement.enc(), Enc.text(part), Enc.bytes(list));
    }

    public static Payload read(Enc payload) {
      Enc.Fields f = payload.fields("mix");
      Payload out =
          new Payload(
              Statement.read(f), f.text("part", Set.of("main", "set-aside")), f.bytes("list", 32));
      f.end();
      return out;
    }

    /// SHA-256 of all four blobs.
    public List<Bytes> blobs() {
      return List.of(statement.permutationCommitment, statement.commitment, statement.reply, list);
    }
  }

  /// A mix as its trustee sends it: what it says, and the four blobs.
  public record Made(Payload payload, List<Bytes> blobs) {}

  /// Mixes and proves. Costs some tenth of a millisecond a row on each core.
  public static Made make(
      VmnTranscript transcript,
      Bytes eid,
      int contest,
      int place,
      Point key,
      Ciphertexts input,
      Entropy entropy,
      IntConsumer progress) {
    ShuffleProver.Mixed mixed = ShuffleProver.mix(transcript, key, input, entropy, progress);
    Shuffle.Proof proof = mixed.proof();
    Bytes list = mixed.output().tree();
    Statement statement =
        new Statement(
            eid,
            contest,
            place,
            input.digest(),
            mixed.output().digest(),
            proof.permutationCommitment().sha256(),
            proof.commitment().sha256(),
            proof.reply().sha256());
    return new Made(
        new Payload(statement, "main", list.sha256()),
        List.of(proof.permutationCommitment(), proof.commitment(), proof.reply(), list));
  }

  /// Whether a proof shows that `output` is `input` mixed (protocol §15 line 30).
  ///
  /// @param weights from the system; empty for the plain form
  public static Optional<Refused> check(
      VmnTranscript transcript,
      Point key,
      Ciphertexts input,
      Ciphertexts output,
      Shuffle.Proof proof,
      Optional<Entropy> weights,
      IntConsumer progress) {
    return new Shuffle(transcript, key, input, output)
        .wrong(proof, weights, progress)
        .map(
            wrong ->
                switch (wrong) {
                  case Shuffle.Wrong.Form form ->
                      new Refused(Code.MALFORMED, "mix: " + form.text());
                  case Shuffle.Wrong.Equations equations ->
                      new Refused(Code.BAD_PROOF, "mix: " + equations.text());
                });
  }
}
