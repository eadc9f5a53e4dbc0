package veche.record;

/// checks §1 MIX: approval contests are opened as sums and never mixed.
final class MixChecks {
  private MixChecks() {}

  static void make(Verifier.Findings out) {
    for (String id : Check.IDS) {
      if (!id.startsWith("MIX-")) continue;
      out.on(id, () -> Check.Said.notApplicable("no ranked contest: nothing is mixed"));
    }
  }
}
