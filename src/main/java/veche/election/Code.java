package veche.election;

import java.util.Locale;

/// record §9: the closed list of refusals, used by the fold and by the doors. Each has an HTTP
/// status in the doors chapter and a sentence on the page.
public enum Code {
  MALFORMED,
  TOO_LARGE,
  UNKNOWN_ELECTION,
  NOT_FOUND,
  WRONG_PHASE,
  NOT_ON_ROLL,
  UNKNOWN_KEY,
  REVOKED_KEY,
  BAD_SIGNATURE,
  BAD_PROOF,
  WRONG_CONTEXT,
  WRONG_CONTESTS,
  STALE_CHAIN,
  STALE_SERIAL,
  DUPLICATE_CIPHERTEXT,
  TOO_FEW_SIGNATURES,
  RATE_LIMITED,
  QUORUM_MISSING,
  CONFLICT,
  UNSUPPORTED,
  WORK_NEEDED;

  /// doors §3: what it is over HTTP.
  public int status() {
    return switch (this) {
      case MALFORMED -> 400;
      case NOT_ON_ROLL, UNKNOWN_KEY, REVOKED_KEY, BAD_SIGNATURE, TOO_FEW_SIGNATURES -> 403;
      case UNKNOWN_ELECTION, NOT_FOUND, QUORUM_MISSING -> 404;
      case WRONG_PHASE, STALE_CHAIN, STALE_SERIAL, DUPLICATE_CIPHERTEXT, CONFLICT -> 409;
      case TOO_LARGE -> 413;
      case BAD_PROOF, WRONG_CONTEXT, WRONG_CONTESTS, UNSUPPORTED -> 422;
      case RATE_LIMITED, WORK_NEEDED -> 429;
    };
  }

  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
