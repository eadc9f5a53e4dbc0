package veche.tally;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import veche.crypto.Point;
import veche.crypto.Transcript;
import veche.wire.Bytes;
import veche.wire.Enc;

/// record §10: the result object. Its digest is what trustees and bodies compare, what a
/// certificate names and what a recount must find again.
///
/// @param size index of `close` plus one
/// @param root of the log at that size
/// @param mixes leaf hashes of the valid mixes by contest and place; empty without ranked contests
public record Result(
    Bytes eid, long size, Bytes root, List<Bytes> mixes, List<Opened> opened, List<Line> lines) {

  private static final String FORM = "veche/1/result";
  private static final Set<String> PARTS = Set.of("main", "set-aside");
  private static final int MOST = 1_000;

  public Result {
    mixes = List.copyOf(mixes);
    opened = List.copyOf(opened);
    lines = List.copyOf(lines);
  }

  /// Which shares opened one list: the first t valid ones by log index.
  public record Opened(int contest, String part, List<Share> shares) {
    public Opened {
      shares = List.copyOf(shares);
    }

    Enc enc() {
      return Enc.list(Enc.uint(contest), Enc.text(part), Enc.list(shares, Share::enc));
    }

    static Opened read(Enc.Fields list) {
      Enc.Fields f = list.list("list");
      Opened out =
          new Opened(f.uint("contest", MOST), f.text("part", PARTS), f.list("shares", Share::read));
      f.end();
      return out;
    }
  }

  /// A trustee's share, by the leaf hash of its `decrypt`.
  public record Share(int trustee, Bytes leaf) {
    Enc enc() {
      return Enc.list(Enc.uint(trustee), Enc.bytes(leaf));
    }

    static Share read(Enc.Fields list) {
      Enc.Fields f = list.list("share");
      Share out = new Share(f.uint("trustee", MOST), f.bytes("leaf", 32));
      f.end();
      return out;
    }
  }

  /// What a ranked contest adds: how many ballots are spoilt, each in its way, and the digest of
  /// the profile of the others.
  public record Profiled(long invalidEncoding, long invalidCode, Bytes profile) {
    Enc enc() {
      return Enc.list(Enc.uint(invalidEncoding), Enc.uint(invalidCode), Enc.bytes(profile));
    }

    static Profiled read(Enc.Fields list) {
      Enc.Fields f = list.list("profile");
      Profiled out =
          new Profiled(
              f.uint("invalidEncoding", Integer.MAX_VALUE),
              f.uint("invalidCode", Integer.MAX_VALUE),
              f.bytes("profile", 32));
      f.end();
      return out;
    }
  }

  /// One contest's numbers.
  public record Line(
      int contest,
      long counted,
      List<Long> totals,
      List<Integer> winners,
      List<Boolean> tests,
      Optional<Profiled> profiled) {
    public Line {
      totals = List.copyOf(totals);
      winners = List.copyOf(winners);
      tests = List.copyOf(tests);
    }

    public static Line of(Outcome outcome) {
      return new Line(
          outcome.contest(),
          outcome.counted(),
          outcome.totals(),
          outcome.winners(),
          outcome.tests().stream().map(Test::holds).toList(),
          outcome
              .ranked()
              .map(r -> new Profiled(r.invalidEncoding(), r.invalidCode(), r.profile())));
    }

    Enc enc() {
      List<Enc> items = new ArrayList<>();
      items.add(Enc.uint(contest));
      items.add(Enc.uint(counted));
      items.add(Enc.list(totals, Enc::uint));
      items.add(Enc.list(winners, winner -> Enc.uint(winner)));
      items.add(Enc.list(tests, holds -> Enc.uint(holds ? 1 : 0)));
      profiled.ifPresent(p -> items.add(p.enc()));
      return Enc.list(items);
    }

    static Line read(Enc.Fields list) {
      Enc.Fields f = list.list("contest");
      Line out =
          new Line(
              f.uint("contest", MOST),
              f.uint("counted", Integer.MAX_VALUE),
              f.list("totals", g -> (long) g.uint("total", Integer.MAX_VALUE)),
              f.list("winners", g -> g.uint("winner", MOST)),
              f.list("tests", g -> g.flag("test")),
              f.remaining() > 0 ? Optional.of(Profiled.read(f)) : Optional.empty());
      f.end();
      return out;
    }
  }

  public static Result of(
      Bytes eid,
      long size,
      Bytes root,
      List<Bytes> mixes,
      List<Opened> opened,
      List<Outcome> outcomes) {
    return new Result(eid, size, root, mixes, opened, outcomes.stream().map(Line::of).toList());
  }

  public Enc enc() {
    return Enc.list(
        Enc.text(FORM),
        Enc.bytes(eid),
        Enc.list(Enc.uint(size), Enc.bytes(root)),
        Enc.list(mixes, Enc::bytes),
        Enc.list(opened, Opened::enc),
        Enc.list(lines, Line::enc));
  }

  /// The blob that `tally` names.
  public Bytes object() {
    return enc().encode();
  }

  public Bytes digest() {
    return digest(object());
  }

  public static Bytes digest(Bytes object) {
    return Transcript.th("result", Enc.bytes(object));
  }

  public static Result read(Bytes object) {
    Enc.Fields f = Enc.parse(object, Point::decode).fields("result");
    f.text("form", Set.of(FORM));
    Bytes eid = f.bytes("eid", 32);
    Enc.Fields tree = f.list("tree");
    long size = tree.uint("size");
    Bytes root = tree.bytes("root", 32);
    tree.end();
    Result out =
        new Result(
            eid,
            size,
            root,
            f.list("mixes", g -> g.bytes("mix", 32)),
            f.list("opened", Opened::read),
            f.list("contests", Line::read));
    f.end();
    return out;
  }
}
