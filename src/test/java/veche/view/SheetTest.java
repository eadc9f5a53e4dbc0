package veche.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import veche.record.ElectionFixture;

/// log §7: the protocol that a verifier writes by itself.
class SheetTest {
  @ParameterizedTest
  @CsvSource({
    "0, zero, ноль",
    "1, one, один",
    "12, twelve, двенадцать",
    "21, twenty-one, двадцать один",
    "40, forty, сорок",
    "100, one hundred, сто",
    "219, two hundred nineteen, двести девятнадцать",
    "1000, one thousand, одна тысяча",
    "2002, two thousand two, две тысячи два",
    "5011, five thousand eleven, пять тысяч одиннадцать",
    "14866, fourteen thousand eight hundred sixty-six, четырнадцать тысяч восемьсот шестьдесят"
        + " шесть",
    "80101, eighty thousand one hundred one, восемьдесят тысяч сто один",
    "111000, one hundred eleven thousand, сто одиннадцать тысяч",
    "1000000, one million, один миллион",
    "22000003, twenty-two million three, двадцать два миллиона три",
    "999999999, nine hundred ninety-nine million nine hundred ninety-nine thousand nine hundred"
        + " ninety-nine, девятьсот девяносто девять миллионов девятьсот девяносто девять тысяч"
        + " девятьсот девяносто девять"
  })
  void numbersAreSaidInWords(long number, String english, String russian) {
    assertThat(InWords.of(number, Words.ENGLISH)).isEqualTo(english);
    assertThat(InWords.of(number, Words.RUSSIAN)).isEqualTo(russian);
  }

  @Test
  void theNumberedLinesAndTheControlRatiosAreWorkedOut() {
    String sheet =
        Sheet.of(ElectionFixture.good().coalition.record(), List.of("north/witness"), Words.ENGLISH)
            .orElseThrow();

    assertThat(sheet.lines())
        .contains(
            " 1  on the roll when frozen: 5 (five)",
            " 4  ballots in the log: 6 (six)",
            " 5  replaced by a later ballot: 1 (one)",
            " 6  refused by rule: 1 (one)",
            " 7  admitted to the count: 4 (four)",
            " 9  opened, contest by contest: 4 (four), 4 (four)",
            "14  dissents: 0 (zero)",
            "  3 <= 1 + 2         5 <= 5 + 0  holds",
            "  4 = 5 + 6 + 7      6 = 1 + 1 + 4  holds",
            "  7 = 9              4 = 4 = 4  holds",
            "  7 <= 3             4 <= 5  holds",
            "witnesses of the newest state: north/witness")
        .noneMatch(line -> line.contains("10  "));
    assertThat(sheet).contains("verdict: certified").contains("(west): did not sign");
  }

  @Test
  void everyRoundOfARankedContestAddsUpToItsValidBallots() {
    String sheet =
        Sheet.of(ElectionFixture.goodRanked().coalition.record(), List.of(), Words.RUSSIAN)
            .orElseThrow();

    assertThat(sheet.lines())
        .contains(
            " 8  на выходе каждого смешивания: 5 (пять), 5 (пять)",
            "10  недействительных: 0 (ноль)",
            "11  пустых: 1 (один)",
            "12  действительных: 4 (четыре)",
            "  9 = 10 + 11 + 12   5 = 0 + 1 + 4  верно",
            "  7 = 8 = 9          5 = 5 = 5 = 5 = 5 = 5  верно")
        .anyMatch(line -> line.startsWith("  шаг 1, первые предпочтения: "))
        .anyMatch(line -> line.matches("  12 +4 = .* верно"));
    assertThat(sheet).doesNotContain("НЕВЕРНО");
  }

  @Test
  void beforeAResultThereIsNoProtocol() {
    assertThat(
            Sheet.of(new ElectionFixture().opened(2).coalition.record(), List.of(), Words.ENGLISH))
        .isEmpty();
  }
}
