package veche.tally;

import veche.election.Threshold;
import veche.wire.Malformed;

/// record §4 Threshold, put to one option: an inequality between integers that anybody can redo.
///
/// @param option position in the contest
/// @param left approvals·q
/// @param right p·base
/// @param counted ballots counted, held against the threshold's quorum
public record Test(
    int option, Threshold threshold, long left, long right, long counted, boolean holds) {

  public Test {
    boolean met = threshold.strict() ? left > right : left >= right;
    if (holds != (met && counted >= threshold.quorum())) {
      throw new Malformed("test: holds does not follow from the numbers");
    }
  }

  static Test of(int option, Threshold threshold, long approvals, long counted, long rollSize) {
    long base = threshold.base().equals("eligible") ? rollSize : counted;
    long left = Math.multiplyExact(approvals, threshold.q());
    long right = Math.multiplyExact(threshold.p(), base);
    boolean met = threshold.strict() ? left > right : left >= right;
    return new Test(option, threshold, left, right, counted, met && counted >= threshold.quorum());
  }

  /// The inequality as it is printed: `40 · 2 > 1 · 79, 79 ≥ 10`.
  public String text() {
    long base = threshold.p() == 0 ? 0 : right / threshold.p();
    String sign = threshold.strict() ? ">" : "≥";
    String not = threshold.strict() ? "≤" : "<";
    boolean met = threshold.strict() ? left > right : left >= right;
    String votes =
        "%d · %d %s %d · %d"
            .formatted(left / threshold.q(), threshold.q(), met ? sign : not, threshold.p(), base);
    return threshold.quorum() == 0
        ? votes
        : votes
            + ", %d %s %d"
                .formatted(counted, counted >= threshold.quorum() ? "≥" : "<", threshold.quorum());
  }
}
