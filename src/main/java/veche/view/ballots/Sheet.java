package veche.view.ballots;

import java.util.List;
import java.util.Set;
import veche.tally.Paper;
import veche.tally.Policy;
import veche.tally.Profile;
import veche.wire.Malformed;

/// counting §5: a ballots file as it was read.
///
/// @param names of the options, in the file's order; two may be equal
/// @param seats as the file says, 0 where it says nothing
/// @param withdrawn positions the file itself takes out
/// @param writeIns the position of undeclared write-ins, −1 without them
/// @param tieOrder the order the file gives for ties, or empty
/// @param marks how many different marks an option can be given: 1, or one for each score
public record Sheet(
    String title,
    List<String> names,
    int seats,
    Set<Integer> withdrawn,
    int writeIns,
    List<Integer> tieOrder,
    List<Paper> papers,
    int marks) {

  public Sheet(
      String title,
      List<String> names,
      int seats,
      Set<Integer> withdrawn,
      int writeIns,
      List<Integer> tieOrder,
      List<Paper> papers) {
    this(title, names, seats, withdrawn, writeIns, tieOrder, papers, 1);
  }

  public Sheet {
    names = List.copyOf(names);
    withdrawn = Set.copyOf(withdrawn);
    tieOrder = List.copyOf(tieOrder);
    papers = List.copyOf(papers);
    if (names.isEmpty()) throw new Malformed("ballots: expected at least one option");
  }

  public Sheet with(List<Paper> ballots) {
    return new Sheet(title, names, seats, withdrawn, writeIns, tieOrder, ballots, marks);
  }

  public Profile profile(Policy policy) {
    Profile.Builder out = new Profile.Builder(names.size() * marks);
    for (Paper paper : papers) policy.add(out, paper);
    return out.build();
  }

  public long total() {
    return papers.stream().mapToLong(Paper::weight).sum();
  }
}
