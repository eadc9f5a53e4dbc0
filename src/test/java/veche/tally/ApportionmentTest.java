package veche.tally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import veche.tally.apportion.Apportionment;
import veche.tally.apportion.Apportionment.Method;
import veche.wire.Malformed;

class ApportionmentTest {
  /// The Coordination Council of Belarus, 25 to 27 May 2024: 6,723 votes, 80 seats, lists below 3 %
  /// take no part, and a seat is an eightieth of all votes. A formula in a spreadsheet gave Our
  /// Cause a seat of Youth Offensive's at first (7 and 7); the commission corrected it the same
  /// day.
  @Test
  void belarus2024TheSeatsThatASpreadsheetGotWrong() {
    List<String> lists =
        List.of(
            "Solidarity",
            "Liberty",
            "European Choice",
            "Our Cause",
            "Voice of Diasporas",
            "Independent Belarusians",
            "Prakopjeu and Jahorau",
            "Latuska and Movement for Freedom",
            "Down with Fear",
            "Strana dlya Zhizni",
            "Youth Offensive");
    List<Long> votes = List.of(104L, 432L, 605L, 489L, 184L, 616L, 1050L, 2358L, 226L, 61L, 598L);
    long all = votes.stream().mapToLong(v -> v).sum();
    assertThat(all).isEqualTo(6723);
    List<Long> taking = votes.stream().map(v -> v * 100 >= 3 * all ? v : 0L).toList();

    Apportionment.Seats seats =
        Apportionment.of(Method.LARGEST_REMAINDER, taking, all, 80, order(lists.size()));

    assertThat(seats.seats())
        .containsExactly(0L, 6L, 8L, 6L, 0L, 8L, 13L, 28L, 3L, 0L, 8L)
        .as("the first announcement")
        .isNotEqualTo(List.of(0L, 6L, 8L, 7L, 0L, 8L, 13L, 28L, 3L, 0L, 7L));
    assertThat(seats.ties()).isEmpty();
    // a seat as an eightieth of the votes that take part, as Hare and Niemeyer have it, would have
    // given the largest list two more
    assertThat(Apportionment.of(Method.LARGEST_REMAINDER, taking, 80, order(11)).seats().get(7))
        .isEqualTo(30);
  }

  @Test
  void theThreeMethodsOnTheExampleEveryTextbookHas() {
    List<Long> votes = List.of(47000L, 16000L, 15900L, 12000L, 6000L, 3100L);
    assertThat(seats(Method.LARGEST_REMAINDER, votes, 10)).containsExactly(5L, 2L, 1L, 1L, 1L, 0L);
    assertThat(seats(Method.D_HONDT, votes, 10)).containsExactly(5L, 2L, 2L, 1L, 0L, 0L);
    assertThat(seats(Method.SAINTE_LAGUE, votes, 10)).containsExactly(4L, 2L, 2L, 1L, 1L, 0L);
  }

  @Test
  void equalListsThatCompeteForTheLastSeatAreNamedAndTheLotDecides() {
    for (Method method : Method.values()) {
      Apportionment.Seats seats = Apportionment.of(method, List.of(10L, 10L), 3, List.of(1, 0));
      assertThat(seats.seats()).containsExactly(1L, 2L);
      assertThat(seats.ties()).hasSize(1);
      assertThat(seats.ties().getFirst().between()).containsExactly(0, 1);
    }
  }

  @Test
  void aDivisorMethodNeverTakesASeatAwayWhenThereIsOneMore() {
    Random random = new Random(4);
    for (int round = 0; round < 200; round++) {
      List<Long> votes = new ArrayList<>();
      for (int i = 0; i < 5; i++) votes.add((long) random.nextInt(1000) + 1);
      for (Method method : List.of(Method.D_HONDT, Method.SAINTE_LAGUE)) {
        List<Long> before = seats(method, votes, 9);
        List<Long> after = seats(method, votes, 10);
        assertThat(after.stream().mapToLong(s -> s).sum()).isEqualTo(10);
        for (int i = 0; i < 5; i++) assertThat(after.get(i)).isGreaterThanOrEqualTo(before.get(i));
      }
      List<Long> hare = seats(Method.LARGEST_REMAINDER, votes, 9);
      long all = votes.stream().mapToLong(v -> v).sum();
      for (int i = 0; i < 5; i++) {
        long quota = votes.get(i) * 9 / all;
        assertThat(hare.get(i)).as("stays with the quota").isBetween(quota, quota + 1);
      }
    }
  }

  @Test
  void whatCannotBeSharedOutIsRefused() {
    assertThatThrownBy(() -> seats(Method.D_HONDT, List.of(0L, 0L), 3))
        .isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> seats(Method.D_HONDT, List.of(-1L, 2L), 3))
        .isInstanceOf(Malformed.class);
    assertThatThrownBy(
            () -> Apportionment.of(Method.LARGEST_REMAINDER, List.of(5L), 4, 1, List.of(0)))
        .isInstanceOf(Malformed.class);
  }

  private static List<Long> seats(Method method, List<Long> votes, int seats) {
    return Apportionment.of(method, votes, seats, order(votes.size())).seats();
  }

  private static List<Integer> order(int n) {
    return IntStream.range(0, n).boxed().toList();
  }
}
