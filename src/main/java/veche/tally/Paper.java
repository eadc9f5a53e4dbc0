package veche.tally;

import java.util.List;

/// counting §3 Ballot: what voters marked, kept as it stands on the paper; a [Policy] says what
/// counts.
///
/// @param weight how many papers are marked like this
/// @param places from the first place down, empty ones among them
public record Paper(long weight, List<Place> places) {
  /// One place on the paper.
  ///
  /// @param options marked there; more than one is an overvote, or equal ranks where a rule knows
  ///   them
  /// @param unknown an overvote whose marks nobody knows any more
  public record Place(List<Integer> options, boolean unknown) {
    public static final Place EMPTY = new Place(List.of(), false);
    public static final Place OVERVOTE = new Place(List.of(), true);

    public Place {
      options = List.copyOf(options);
    }

    public static Place of(int option) {
      return new Place(List.of(option), false);
    }

    public boolean isEmpty() {
      return options.isEmpty() && !unknown;
    }
  }

  public Paper {
    places = List.copyOf(places);
  }
}
