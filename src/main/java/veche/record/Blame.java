package veche.record;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import veche.council.Certificate;
import veche.election.Code;
import veche.election.Refused;
import veche.trustee.Decrypt;
import veche.trustee.Mix;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// checks §2: an honest log holds no act that the rules refuse. Which check such an act speaks
/// against follows from what it is, and where it claims something, from what is wrong with that.
final class Blame {
  /// Of what protocol §11 bids to ignore: an invalid contribution while enough others stand.
  private static final String NOTHING = "";

  private final Reading reading;
  private final Record record;
  private final Map<Long, Finding> known = new HashMap<>();

  /// @param why what can be said beyond the refusal itself
  private record Finding(String check, Optional<String> why) {}

  Blame(Reading reading) {
    this.reading = reading;
    this.record = reading.record();
  }

  String check(Reading.Seen seen) {
    return of(seen).check;
  }

  Check.Said said(Reading.Seen seen) {
    Refused refused = seen.refused().orElseThrow();
    return Check.Said.fail(
        of(seen)
            .why
            .orElseGet(
                () ->
                    "leaf %d: %s (%s)"
                        .formatted(seen.index(), refused.code().id(), refused.detail())),
        seen.index());
  }

  private Finding of(Reading.Seen seen) {
    Finding found = known.get(seen.index());
    if (found == null) {
      found = find(seen);
      known.put(seen.index(), found);
    }
    return found;
  }

  private static Finding plain(String check) {
    return new Finding(check, Optional.empty());
  }

  private static Finding because(String check, String why) {
    return new Finding(check, Optional.of(why));
  }

  private Finding find(Reading.Seen seen) {
    Code code = seen.refused().orElseThrow().code();
    String detail = seen.refused().orElseThrow().detail();
    Act act = seen.act();
    if (act == null) return plain("LOG-10");
    if (code == Code.NOT_FOUND) return plain("LOG-01");
    if (seen.type().equals("draft")) return plain(draft(code, detail));
    if (!record.drafted()) return plain(NOTHING);
    if (code == Code.UNSUPPORTED) return plain("LOG-10");
    if (!act.id().equals(bound(seen))) {
      // the other id of this same election: bound to what did not stand there
      return plain(ours(act.id()) ? "SET-10" : "LOG-10");
    }
    boolean unsigned =
        code == Code.TOO_FEW_SIGNATURES || code == Code.UNKNOWN_KEY || code == Code.BAD_SIGNATURE;
    boolean early = code == Code.WRONG_PHASE || code == Code.STALE_SERIAL;
    return switch (seen.type()) {
      case "decrypt" -> decrypt(seen, act, code);
      case "mix" -> mix(seen, act);
      case "certificate" -> certificate(seen, act, code, early, unsigned);
      default -> plain(other(seen, code, detail, early, unsigned));
    };
  }

  private String other(
      Reading.Seen seen, Code code, String detail, boolean early, boolean unsigned) {
    return switch (seen.type()) {
      case "roll-freeze" -> rollFreeze(code, detail);
      case "dkg-commit", "dkg-reveal", "dkg-confirm", "dkg-complaint", "dkg-opening" ->
          early || unsigned
              ? "LOG-12"
              : code != Code.BAD_PROOF
                  ? "SET-05"
                  : detail.contains("cancels") ? "SET-03" : "SET-04";
      case "lot-commit", "lot-reveal" ->
          early || unsigned ? "LOG-12" : closed(seen) ? "TAL-02" : "SET-08";
      case "web-release" -> early ? "LOG-12" : "LOG-11";
      case "open" -> code == Code.WRONG_CONTEXT ? "SET-06" : "LOG-12";
      case "recount" -> early || unsigned ? "LOG-12" : "LOG-10";
      case "tally" -> early || unsigned ? "LOG-12" : "TAL-07";
      case "dissent" -> early || unsigned ? "LOG-12" : "CER-06";
      case "object" -> early || unsigned ? "LOG-12" : "CER-05";
      case "countersign" -> early ? "LOG-12" : code == Code.MALFORMED ? "LOG-10" : "CER-07";
      case "annul" -> early || unsigned ? "LOG-12" : "CER-08";
      case "mandate", "revoke-mandate" -> early || unsigned ? "LOG-12" : "CER-09";
      default -> code == Code.MALFORMED ? "LOG-10" : "LOG-12";
    };
  }

  /// The id that an act at this place must carry.
  private Bytes bound(Reading.Seen seen) {
    return record.openIndex() < 0 || seen.index() <= record.openIndex()
        ? record.cid()
        : record.eid().orElseThrow();
  }

  private boolean closed(Reading.Seen seen) {
    return record.closeIndex() >= 0 && seen.index() > record.closeIndex();
  }

  private boolean ours(Bytes id) {
    return id.equals(record.cid()) || record.eid().filter(id::equals).isPresent();
  }

  private static String draft(Code code, String detail) {
    return switch (code) {
      case MALFORMED -> detail.startsWith("t: ") ? "SET-07" : "SET-01";
      case TOO_FEW_SIGNATURES, UNKNOWN_KEY, BAD_SIGNATURE -> "SET-02";
      case WRONG_CONTEXT -> "LOG-10";
      default -> "LOG-12";
    };
  }

  private static String rollFreeze(Code code, String detail) {
    return switch (code) {
      case WRONG_PHASE, STALE_SERIAL, CONFLICT -> "ROL-04";
      case MALFORMED -> detail.contains("twice") ? "ROL-03" : "ROL-02";
      case BAD_PROOF -> "ROL-06";
      case BAD_SIGNATURE -> detail.startsWith("roll row") ? "ROL-06" : "ROL-01";
      default -> "ROL-01";
    };
  }

  // ---- lists

  private Finding mix(Reading.Seen seen, Act act) {
    Mix.Payload payload;
    try {
      payload = Mix.Payload.read(act.payload());
    } catch (Malformed e) {
      return plain("LOG-10");
    }
    Refused why = seen.refused().orElseThrow();
    String check = MixChecks.blame(payload, why, closed(seen));
    return check.equals("MIX-01")
        ? list(payload.statement().contest(), payload.statement().input(), check)
        : plain(check);
  }

  private Finding decrypt(Reading.Seen seen, Act act, Code code) {
    return switch (code) {
      case BAD_PROOF, MALFORMED, CONFLICT -> plain(NOTHING);
      case WRONG_CONTEXT -> {
        Decrypt.Payload payload = Decrypt.Payload.read(act.payload());
        yield list(payload.contest(), payload.listDigest(), "DEC-01");
      }
      case WRONG_CONTESTS -> {
        String part = Decrypt.Payload.read(act.payload()).part();
        yield part.equals("main")
            ? plain("DEC-05")
            : because("BAL-10", "a list of set-aside ballots that nobody set aside");
      }
      case WRONG_PHASE -> plain("DEC-05");
      default -> plain("LOG-12");
    };
  }

  /// Another list than the counted one was mixed or opened: of what it was made, if that can be
  /// told.
  private Finding list(int contest, Bytes digest, String otherwise) {
    String check = reading.boxOf().flatMap(box -> box.told(contest, digest)).orElse(otherwise);
    return switch (check) {
      case "BAL-02" -> because("BAL-02", "a list with ballots whose proofs do not hold");
      case "BAL-03" -> because("BAL-03", "a list with ballots by keys that have no right to vote");
      case "BAL-04" -> because("BAL-04", "a list with copied ballots");
      case "BAL-05" -> because("BAL-05", "a list with older or doubled ballots of a key");
      case "BAL-06" -> because("BAL-06", "a list with ballots from outside the vote");
      case "BAL-07" -> because("BAL-07", "a list with ballots of several kinds that do not count");
      case "BAL-08" -> because("BAL-08", "a list without one of the ballots that count");
      default -> plain(otherwise);
    };
  }

  // ---- what was certified

  private Finding certificate(
      Reading.Seen seen, Act act, Code code, boolean early, boolean unsigned) {
    if (early) {
      Long counted = record.stages().get(Phase.COUNTED);
      return closed(seen) && (counted == null || seen.index() < counted)
          ? because("DEC-03", "certified before enough trustees had opened the lists")
          : plain("LOG-12");
    }
    if (unsigned) return plain(code == Code.UNKNOWN_KEY ? "CER-03" : "CER-02");
    Certificate claims;
    try {
      claims = Certificate.parse(act.payload().fields("certificate").text("text"));
    } catch (Malformed e) {
      return plain("CER-01");
    }
    Certificate mine =
        Protocol.certificate(
            record, Protocol.counts(record), claims.software(), claims.verdict(), claims.remarks());
    return claim(claims, mine);
  }

  /// The first of the certificate's claims that is not what the record gives.
  private static Finding claim(Certificate claims, Certificate mine) {
    boolean bound =
        claims.cid().equals(mine.cid())
            && claims.eid().equals(mine.eid())
            && claims.origin().equals(mine.origin())
            && claims.size() == mine.size()
            && claims.root().equals(mine.root());
    if (!bound) return because("CER-01", "the certificate is of another election or another log");
    if (!claims.result().equals(mine.result())) {
      return because("TAL-01", "the certificate is over another result");
    }
    if (claims.contests().size() != mine.contests().size()) return plain("TAL-04");
    for (int k = 0; k < mine.contests().size(); k++) {
      Certificate.Line c = claims.contests().get(k);
      Certificate.Line m = mine.contests().get(k);
      List<Long> totals = c.options().stream().map(Certificate.Option::approvals).toList();
      if (totals.stream().anyMatch(total -> total > m.counted())) {
        return because("DEC-06", "contest " + k + ": certified totals that no ballots can give");
      }
      if (!totals.equals(m.options().stream().map(Certificate.Option::approvals).toList())) {
        return because("DEC-04", "contest " + k + ": other totals are certified than were opened");
      }
      if (!c.ties().equals(m.ties())) {
        return because(
            "TAL-02", "contest " + k + ": other ties are certified than the lot decided");
      }
      if (!c.winners().equals(m.winners())) {
        return because("TAL-05", "contest " + k + ": others are certified as elected");
      }
      if (!c.tests().equals(m.tests())) {
        return because(
            "TAL-08", "contest " + k + ": other thresholds are certified than both counts give");
      }
    }
    if (!claims.counts().equals(mine.counts())) {
      return because("TAL-03", "the certified control numbers are not those of the record");
    }
    return plain("TAL-04");
  }
}
