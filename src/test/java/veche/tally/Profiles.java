package veche.tally;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Small profiles drawn for property tests: ballots of every length in every order.
public final class Profiles {
  private Profiles() {}

  public static Profile drawn(Random random, int options) {
    Profile.Builder out = new Profile.Builder(options);
    int ballots = 5 + random.nextInt(30);
    for (int b = 0; b < ballots; b++) {
      List<Integer> order = new ArrayList<>(IntStream.range(0, options).boxed().toList());
      Collections.shuffle(order, random);
      out.add(
          1 + random.nextInt(3),
          order.subList(0, 1 + random.nextInt(options)).stream().map(List::of).toList());
    }
    return out.build();
  }
}
