package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import veche.crypto.Transcript;
import veche.election.Threshold;
import veche.wire.Bytes;
import veche.wire.Enc;
import veche.wire.Malformed;

class ResultTest {
  private static final Bytes HASH = Bytes.utf8("leaf").sha256();

  @org.junit.jupiter.api.Test
  void theObjectIsReadBackAsItWasWritten() {
    Result result = result(List.of(3L, 1L));

    assertThat(Result.read(result.object())).isEqualTo(result);
  }

  @org.junit.jupiter.api.Test
  void theDigestIsTheHashOfTheObjectAsBytes() {
    Result result = result(List.of(3L, 1L));

    assertThat(result.digest())
        .isEqualTo(Transcript.th("result", Enc.bytes(result.enc().encode())));
  }

  @org.junit.jupiter.api.Test
  void everyNumberMovesTheDigest() {
    assertThat(result(List.of(3L, 2L)).digest()).isNotEqualTo(result(List.of(3L, 1L)).digest());
  }

  @org.junit.jupiter.api.Test
  void anObjectWithMoreOrLessThanItsFieldsIsRefused() {
    Enc object = result(List.of(3L, 1L)).enc();
    List<Enc> items = ((Enc.Seq) object).items();
    List<Enc> more = new java.util.ArrayList<>(items);
    more.add(Enc.uint(0));

    assertThatThrownBy(() -> Result.read(Enc.list(more).encode())).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> Result.read(Enc.list(items.subList(0, 5)).encode()))
        .isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> Result.read(object.encode().concat(Bytes.zero(1))))
        .isInstanceOf(Malformed.class);
  }

  private static Result result(List<Long> totals) {
    var contest = ApprovalTest.contest("approval", 2, 1, new Threshold("votes", 1, 2, true, 0));
    Outcome outcome = Approval.count(contest, 0, totals, 4, 9, List.of(1, 0));
    var shares = List.of(new Result.Share(1, HASH), new Result.Share(3, HASH.sha256()));
    return Result.of(
        HASH, 12, HASH, List.of(), List.of(new Result.Opened(0, "main", shares)), List.of(outcome));
  }
}
