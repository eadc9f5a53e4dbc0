package veche.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import veche.crypto.Note;
import veche.crypto.Vkey;
import veche.election.Code;
import veche.election.Draft;
import veche.election.Refused;
import veche.wire.Malformed;

/// record §2: the keys a draft names, one per role, and who signed an act with them.
public final class Roster {
  private final Map<String, Vkey> bodies = new HashMap<>();
  private final Map<String, Vkey> trustees = new HashMap<>();
  private final Map<String, Vkey> registrars = new HashMap<>();
  private final List<Vkey> trusteesInOrder = new ArrayList<>();
  private final List<Vkey> registrarsInOrder = new ArrayList<>();

  /// Throws [Malformed] when a key of the draft is not one, or does not carry its role's name.
  public Roster(Draft draft) {
    for (Draft.Body body : draft.bodies()) add(bodies, body.vkey(), body.id());
    for (Draft.Trustee trustee : draft.trustees()) {
      trusteesInOrder.add(add(trustees, trustee.vkey(), trustee.body() + "/trustee"));
    }
    for (Draft.Registrar registrar : draft.registrars()) {
      registrarsInOrder.add(add(registrars, registrar.vkey(), registrar.body() + "/registrar"));
    }
  }

  private static Vkey add(Map<String, Vkey> keys, String text, String name) {
    Vkey vkey = Vkey.parse(text);
    if (!vkey.name().equals(name)) throw new Malformed("vkey: expected the name " + name);
    if (vkey.type() != Vkey.ED25519) throw new Malformed("vkey: expected an Ed25519 key");
    keys.put(name, vkey);
    return vkey;
  }

  public Vkey body(String id) {
    return get(bodies, id);
  }

  /// @param index from 1
  public Vkey trustee(int index) {
    return trusteesInOrder.get(index - 1);
  }

  public List<Vkey> trustees() {
    return List.copyOf(trusteesInOrder);
  }

  /// @param index from 0
  public Vkey registrar(int index) {
    return registrarsInOrder.get(index);
  }

  public List<Vkey> registrars() {
    return List.copyOf(registrarsInOrder);
  }

  public List<Vkey> bodies() {
    return List.copyOf(bodies.values());
  }

  private static Vkey get(Map<String, Vkey> keys, String name) {
    Vkey key = keys.get(name);
    if (key == null) throw new IllegalArgumentException("no key " + name);
    return key;
  }

  enum Role {
    BODY,
    TRUSTEE,
    REGISTRAR
  }

  private Map<String, Vkey> keys(Role role) {
    return switch (role) {
      case BODY -> bodies;
      case TRUSTEE -> trustees;
      case REGISTRAR -> registrars;
    };
  }

  /// Who signed: every line must be a valid signature by a distinct key of the role.
  public sealed interface Signed {
    record By(Set<String> names) implements Signed {}

    record Not(Refused why) implements Signed {}
  }

  Signed signed(Act act, String origin, Role role) {
    Map<String, Vkey> keys = keys(role);
    Set<String> names = new HashSet<>();
    String body = act.noteBody(origin);
    for (String line : act.signatures()) {
      String name = Note.signer(line);
      Vkey key = keys.get(name);
      if (key == null) {
        return new Signed.Not(new Refused(Code.UNKNOWN_KEY, act.type() + ": no such signer"));
      }
      if (!Note.verifies(body, line, key)) {
        return new Signed.Not(new Refused(Code.BAD_SIGNATURE, act.type() + ": by " + name));
      }
      if (!names.add(name)) {
        return new Signed.Not(new Refused(Code.MALFORMED, act.type() + ": " + name + " twice"));
      }
    }
    return new Signed.By(names);
  }

  /// record §3a: an act of a stranger is signed by the key it names and no other, which must not
  /// bear the name of a body of the election or of one of its roles.
  Optional<Refused> stranger(Act act, String origin, Vkey by) {
    String first = by.name().replaceFirst("/.*", "");
    if (bodies().stream().anyMatch(body -> body.name().equals(first))) {
      return no(Code.CONFLICT, act.type() + ": the name " + by.name() + " is a body's");
    }
    if (act.signatures().size() != 1) {
      return no(Code.TOO_FEW_SIGNATURES, act.type() + ": expected exactly one signature");
    }
    String line = act.signatures().getFirst();
    boolean right = Note.verifies(act.noteBody(origin), line, by);
    return right ? Optional.empty() : no(Code.BAD_SIGNATURE, act.type() + ": by " + by.name());
  }

  private static Optional<Refused> no(Code code, String detail) {
    return Optional.of(new Refused(code, detail));
  }
}
