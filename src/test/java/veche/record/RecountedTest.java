package veche.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import veche.Coalition;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.view.RecordJson;
import veche.wire.Bytes;
import veche.wire.Enc;

/// record §3a `recount`: anybody may say what they counted; it is listed and stops nothing.
class RecountedTest {
  private static final Bytes OTHER = Bytes.utf8("another result").sha256();

  private final ElectionFixture election =
      new ElectionFixture().opened(3).votedOnce().closed().decrypt(1, 2);
  private final Coalition coalition = election.coalition;

  private static SigningKey key(String name) {
    return Coalition.key(name, Vkey.ED25519);
  }

  private Act recount(SigningKey key, Bytes digest) {
    Recounted said = new Recounted(key.vkey(), "abacus", "0.1", digest, "55 pass");
    return coalition.act("recount", said.enc(), key);
  }

  private Bytes found() {
    return coalition.record().result().orElseThrow().digest();
  }

  private void refused(Act act, Code code, String why) {
    assertThat(coalition.record().admit(Entry.parse(act.encode())))
        .isInstanceOfSatisfying(
            Admission.No.class,
            no -> {
              assertThat(no.why().code()).isEqualTo(code);
              assertThat(no.why().detail()).contains(why);
            });
  }

  @Test
  void whatAnybodyFoundIsListedAndFailsNoCheck() {
    election.add(recount(key("observer.example/ivan"), found()).encode());
    election.add(recount(key("troll"), OTHER).encode());
    election.certify().last().stage(ElectionFixture.CLOSES + 3_000);

    assertThat(coalition.record().ignored()).isEmpty();
    var listed = RecordJson.result(coalition.record()).orElseThrow().path("recounts");
    assertThat(listed.toString())
        .isEqualTo(
            "[{\"by\":\"observer.example/ivan\",\"tool\":\"abacus\",\"version\":\"0.1\","
                + "\"agrees\":true,\"checks\":\"55 pass\"},{\"by\":\"troll\",\"tool\":\"abacus\","
                + "\"version\":\"0.1\",\"agrees\":false,\"checks\":\"55 pass\"}]");
    Verifier.Report report = MemoryBundle.verify(election);
    assertThat(report.firstFailure()).isEmpty();
    assertThat(report.check("TAL-07").why())
        .endsWith("2 recounts by people without a role, of which another result: 1");
  }

  @Test
  void aKeySpeaksOnceAndForItselfAlone() {
    SigningKey ivan = key("ivan");
    Recounted said = new Recounted(ivan.vkey(), "abacus", "0.1", found(), "");
    refused(
        coalition.act("recount", said.enc(), key("ivan")), Code.BAD_SIGNATURE, "recount: by ivan");
    refused(coalition.act("recount", said.enc()), Code.TOO_FEW_SIGNATURES, "exactly one");
    refused(
        coalition.act("recount", said.enc(), ivan, key("petr")),
        Code.TOO_FEW_SIGNATURES,
        "exactly one");
    election.add(recount(ivan, found()).encode());
    refused(recount(ivan, OTHER), Code.CONFLICT, "has said");
  }

  @Test
  void nobodySpeaksUnderABodysName() {
    refused(recount(key("north"), found()), Code.CONFLICT, "is a body's");
    refused(recount(key("west/counters"), found()), Code.CONFLICT, "is a body's");
  }

  @Test
  void aLogHoldsOnlySoMany() {
    for (int i = 0; i < Recounted.MOST; i++) {
      election.add(recount(key("k" + i), found()).encode());
    }
    assertThat(coalition.record().ignored()).isEmpty();
    refused(recount(key("late"), found()), Code.RATE_LIMITED, "holds 256");
  }

  @Test
  void beforeTheResultThereIsNothingToCountAgain() {
    ElectionFixture voting = new ElectionFixture().opened(2);
    SigningKey ivan = key("ivan");
    Enc payload = new Recounted(ivan.vkey(), "abacus", "0.1", OTHER, "").enc();
    Act act = voting.coalition.act("recount", payload, ivan);

    assertThat(voting.coalition.record().admit(Entry.parse(act.encode())))
        .isInstanceOfSatisfying(
            Admission.No.class, no -> assertThat(no.why().code()).isEqualTo(Code.WRONG_PHASE));
  }

  @Test
  void whatIsTooLongIsRefused() {
    SigningKey ivan = key("ivan");
    Enc payload =
        Enc.list(
            Enc.text(ivan.vkey().toString()),
            Enc.text("x".repeat(101)),
            Enc.text("1"),
            Enc.bytes(found()),
            Enc.text(""));
    refused(coalition.act("recount", payload, ivan), Code.MALFORMED, "tool: expected 1 to 100");
  }
}
