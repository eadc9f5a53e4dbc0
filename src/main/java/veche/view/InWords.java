package veche.view;

import java.util.ArrayList;
import java.util.List;

/// log §7: numbers of a protocol in words as well as in digits, so that a digit added by hand
/// shows. Whole numbers from 0 to 999,999,999, in Russian (masculine: ballots, voters) and English.
public final class InWords {
  private static final long END = 1_000_000_000L;
  private static final List<String> RU_ONES =
      List.of(
          "",
          "один",
          "два",
          "три",
          "четыре",
          "пять",
          "шесть",
          "семь",
          "восемь",
          "девять",
          "десять",
          "одиннадцать",
          "двенадцать",
          "тринадцать",
          "четырнадцать",
          "пятнадцать",
          "шестнадцать",
          "семнадцать",
          "восемнадцать",
          "девятнадцать");
  private static final List<String> RU_TENS =
      List.of(
          "",
          "",
          "двадцать",
          "тридцать",
          "сорок",
          "пятьдесят",
          "шестьдесят",
          "семьдесят",
          "восемьдесят",
          "девяносто");
  private static final List<String> RU_HUNDREDS =
      List.of(
          "",
          "сто",
          "двести",
          "триста",
          "четыреста",
          "пятьсот",
          "шестьсот",
          "семьсот",
          "восемьсот",
          "девятьсот");
  private static final List<String> EN_ONES =
      List.of(
          "",
          "one",
          "two",
          "three",
          "four",
          "five",
          "six",
          "seven",
          "eight",
          "nine",
          "ten",
          "eleven",
          "twelve",
          "thirteen",
          "fourteen",
          "fifteen",
          "sixteen",
          "seventeen",
          "eighteen",
          "nineteen");
  private static final List<String> EN_TENS =
      List.of("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety");

  private InWords() {}

  public static String of(long number, Words words) {
    if (number < 0 || number >= END) throw new IllegalArgumentException("no words for " + number);
    boolean russian = words == Words.RUSSIAN;
    if (number == 0) return russian ? "ноль" : "zero";
    List<String> out = new ArrayList<>();
    int[] parts = {
      (int) (number / 1_000_000), (int) (number / 1_000 % 1_000), (int) (number % 1_000)
    };
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] == 0) continue;
      if (russian) russian(out, parts[i], i);
      else english(out, parts[i], i);
    }
    return String.join(" ", out);
  }

  private static void russian(List<String> out, int part, int place) {
    boolean thousands = place == 1;
    if (part >= 100) out.add(RU_HUNDREDS.get(part / 100));
    int rest = part % 100;
    if (rest >= 20) {
      out.add(RU_TENS.get(rest / 10));
      rest %= 10;
    }
    if (rest > 0) {
      String one = RU_ONES.get(rest);
      // «тысяча» is feminine, unlike everything counted here
      if (thousands && rest == 1) one = "одна";
      if (thousands && rest == 2) one = "две";
      out.add(one);
    }
    if (place == 2) return;
    int form = part % 100 >= 11 && part % 100 <= 14 ? 2 : form(part % 10);
    out.add(
        thousands
            ? List.of("тысяча", "тысячи", "тысяч").get(form)
            : List.of("миллион", "миллиона", "миллионов").get(form));
  }

  private static int form(int digit) {
    return digit == 1 ? 0 : digit >= 2 && digit <= 4 ? 1 : 2;
  }

  private static void english(List<String> out, int part, int place) {
    if (part >= 100) {
      out.add(EN_ONES.get(part / 100));
      out.add("hundred");
    }
    int rest = part % 100;
    if (rest >= 20) {
      String tens = EN_TENS.get(rest / 10);
      out.add(rest % 10 == 0 ? tens : tens + "-" + EN_ONES.get(rest % 10));
    } else if (rest > 0) {
      out.add(EN_ONES.get(rest));
    }
    if (place < 2) out.add(place == 1 ? "thousand" : "million");
  }
}
