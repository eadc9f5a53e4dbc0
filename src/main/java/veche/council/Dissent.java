package veche.council;

import java.util.ArrayList;
import java.util.List;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// record §11, log §9: a body's objection to a certificate, as the body of a note it signs alone.
///
/// @param body id of the one who dissents
/// @param certificate SHA-256 of the certificate's text
/// @param result digest of the result object that the certificate names
/// @param grounds one paragraph each
/// @param checks ids of the verifier's checks it rests on, and `incidents` their numbers
public record Dissent(
    String slug,
    Bytes eid,
    String body,
    Bytes certificate,
    Bytes result,
    List<String> grounds,
    List<String> checks,
    List<Long> incidents) {

  public static final String FORM = "veche.dissent/v1";
  private static final String SLUG = "выборы / election";
  private static final String EID = "манифест / manifest";
  private static final String BODY = "организация / body";
  private static final String CERTIFICATE = "протокол / certificate";
  private static final String GROUNDS = "основания / grounds";
  private static final String CHECK = "проверка / check";
  private static final String INCIDENT = "происшествие / incident";

  public Dissent {
    grounds = grounds.stream().map(Lines::oneLine).toList();
    checks = List.copyOf(checks);
    incidents = List.copyOf(incidents);
    if (grounds.isEmpty() || grounds.contains("")) throw new Malformed("dissent: no grounds");
  }

  public String text() {
    Lines out = Lines.write(FORM).put(SLUG, slug).put(EID, eid).put(BODY, body);
    out.put(CERTIFICATE, certificate).result(result);
    grounds.forEach(paragraph -> out.put(GROUNDS, paragraph));
    checks.forEach(check -> out.put(CHECK, check));
    incidents.forEach(incident -> out.put(INCIDENT, incident));
    return out.text();
  }

  /// Reads a dissent back, or throws [Malformed].
  public static Dissent parse(String text) {
    Lines in = Lines.read(FORM, text);
    String slug = in.value(SLUG);
    Bytes eid = in.hash(EID);
    String body = in.value(BODY);
    Bytes certificate = in.hash(CERTIFICATE);
    Bytes result = in.result();
    List<String> grounds = new ArrayList<>();
    while (in.opens(GROUNDS)) grounds.add(in.value(GROUNDS));
    List<String> checks = new ArrayList<>();
    while (in.opens(CHECK)) checks.add(in.value(CHECK));
    List<Long> incidents = new ArrayList<>();
    while (in.opens(INCIDENT)) incidents.add(in.number(INCIDENT));
    in.end();
    Dissent out = new Dissent(slug, eid, body, certificate, result, grounds, checks, incidents);
    if (!out.text().equals(text)) throw new Malformed("dissent: not in its one form");
    return out;
  }
}
