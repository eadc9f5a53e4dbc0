package veche.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import veche.crypto.Entropy;
import veche.crypto.Work;
import veche.wire.Bytes;

/// doors §8: what a busy door asks and what it takes.
class TollTest {
  private static final String DOOR = "enrolments votes.example/e/abcdefghij";
  private static final Bytes BODY = Bytes.utf8("a request");

  private final AtomicLong now = new AtomicLong(1_700_000_000);
  private final AtomicInteger waiting = new AtomicInteger();
  private final Toll toll = toll();

  private Toll toll() {
    return new Toll(Entropy.system(), () -> Instant.ofEpochSecond(now.get()), 4, waiting::get, 100);
  }

  private static Optional<Toll.Owed> ask(
      Toll toll, String door, Bytes body, @Nullable String paid) {
    try {
      toll.pass(door, 10, 1_000, body, paid);
      return Optional.empty();
    } catch (Toll.Owed owed) {
      return Optional.of(owed);
    }
  }

  private Toll.Owed asked() {
    return ask(toll, DOOR, BODY, null).orElseThrow();
  }

  private void flood() {
    for (int i = 0; i < 4; i++) assertThat(ask(toll, DOOR, BODY, null)).isEmpty();
  }

  private static String pay(Toll.Owed owed, Bytes body) {
    long counter = Work.solve(Work.seed(owed.challenge(), body), owed.bits(), () -> true);
    return owed.challenge() + " " + counter;
  }

  private String refusal(String paid, Bytes body) {
    return String.valueOf(ask(toll, DOOR, body, paid).orElseThrow().getMessage());
  }

  @Test
  void aBusyDoorAsksForWorkAndTakesIt() {
    flood();
    Toll.Owed owed = asked();

    assertThat(owed.bits()).isEqualTo(Toll.FIRST);
    assertThat(ask(toll, DOOR, BODY, pay(owed, BODY))).isEmpty();
    now.addAndGet(Limits.WINDOW);
    assertThat(ask(toll, DOOR, BODY, null)).as("calm again").isEmpty();
  }

  @Test
  void whatDoesNotPayIsAskedAgain() {
    flood();
    String another = "enrolments votes.example/e/bbbbbbbbbb";
    for (int i = 0; i < 4; i++) ask(toll, another, BODY, null);
    Toll.Owed elsewhere = ask(toll, another, BODY, null).orElseThrow();
    Toll.Owed owed = asked();
    String paid = pay(owed, BODY);

    assertThat(refusal("paid", BODY)).contains("cannot be read");
    assertThat(refusal(pay(elsewhere, BODY), BODY)).contains("not a challenge of this door");
    assertThat(refusal(paid.replaceFirst("\\.12\\.", ".11."), BODY)).contains("not a challenge");
    assertThat(ask(toll(), DOOR, BODY, paid)).as("another key, but calm").isEmpty();
    long wrong = 0;
    while (Work.zeros(Work.seed(owed.challenge(), BODY), wrong) >= Toll.FIRST) wrong++;
    assertThat(refusal(owed.challenge() + " " + wrong, BODY)).contains("too little work");
    Bytes other = Bytes.utf8("another request");
    long counter = Long.parseLong(paid.substring(paid.indexOf(' ') + 1));
    if (Work.zeros(Work.seed(owed.challenge(), other), counter) < Toll.FIRST) {
      assertThat(refusal(paid, other)).contains("too little work for these bytes");
    }

    assertThat(ask(toll, DOOR, BODY, paid)).isEmpty();
    assertThat(refusal(paid, BODY)).contains("paid already");
    String late = pay(asked(), BODY);
    // it must stay busy while the challenge grows old
    waiting.set(30);
    now.addAndGet(Toll.SECONDS);
    assertThat(refusal(late, BODY)).contains("expired");
  }

  @Test
  void theBitsRiseWithTheLoadAndHaveATop() {
    flood();
    Toll.Owed early = asked();
    int last = 0;
    for (int i = 0; i < 60; i++) {
      Toll.Owed owed = asked();
      assertThat(owed.bits()).isBetween(last, Toll.MOST);
      last = owed.bits();
      assertThat(ask(toll, DOOR, BODY, pay(owed, BODY))).isEmpty();
    }

    assertThat(last).isEqualTo(Toll.MOST);
    assertThat(refusal(pay(early, BODY), BODY)).contains("more is asked by now");
    now.addAndGet(100 * Limits.WINDOW);
    assertThat(ask(toll, DOOR, BODY, null)).isEmpty();
    toll.holds(DOOR, 250);
    assertThat(asked().bits()).isEqualTo(Toll.FIRST);
    toll.holds(DOOR, 500);
    assertThat(asked().bits()).isEqualTo(Toll.FIRST + 3);
    waiting.set(75);
    assertThat(asked().bits()).isEqualTo(Toll.MOST);
  }

  @Test
  void aLargeElectionIsCalmWhenAThousandComeAtOnce() {
    for (int i = 0; i < 1_000; i++) toll.pass(DOOR, 20_000, 70_000, BODY, null);
    assertThat(ask(toll, "enrolments another", BODY, null)).isEmpty();
  }

  @Test
  void solvedChallengesAreForgottenWhenTheyExpire() {
    flood();
    assertThat(ask(toll, DOOR, BODY, pay(asked(), BODY))).isEmpty();
    assertThat(toll.remembered()).isEqualTo(1);
    waiting.set(30);
    now.addAndGet(Toll.SECONDS + 1);
    assertThat(ask(toll, DOOR, BODY, pay(asked(), BODY))).isEmpty();
    assertThat(toll.remembered()).isEqualTo(1);
  }
}
