package veche.http;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import veche.crypto.Vkey;

/// What a server is told about itself; only `Main` knows where it comes from.
///
/// @param host the name that stands before `/e/<slug>` in the origins of its logs
/// @param bind the address it listens on
/// @param port 0 for any
/// @param inspectPort of health and metrics, on the loopback address only; 0 for any
/// @param data where the log keys are kept
/// @param hosted keys of the bodies that may reserve elections here
/// @param https whether people reach it by https
/// @param tls its own key and certificate; empty behind a proxy, on the loopback address or as an
///   onion service
/// @param mirrors addresses or folders under which `e/<slug>/` is the static tree of a log; asked
///   at the start what they saw (log §3.5)
/// @param calm enrolments to one election in ten minutes that are asked for no work (doors §8)
public record Settings(
    String host,
    String bind,
    int port,
    int inspectPort,
    Path data,
    List<Vkey> hosted,
    boolean https,
    Optional<Tls> tls,
    List<String> mirrors,
    int calm) {
  /// What one server takes without effort: one enrolment a second.
  public static final int CALM = 600;

  /// PEM files: a PKCS #8 key without a passphrase and its chain, the server's certificate first.
  public record Tls(Path key, Path chain) {}

  public Settings {
    hosted = List.copyOf(hosted);
    mirrors = List.copyOf(mirrors);
  }

  /// Without a certificate of its own and without mirrors.
  public Settings(
      String host,
      String bind,
      int port,
      int inspectPort,
      Path data,
      List<Vkey> hosted,
      boolean https) {
    this(host, bind, port, inspectPort, data, hosted, https, Optional.empty(), List.of());
  }

  public Settings(
      String host,
      String bind,
      int port,
      int inspectPort,
      Path data,
      List<Vkey> hosted,
      boolean https,
      Optional<Tls> tls,
      List<String> mirrors) {
    this(host, bind, port, inspectPort, data, hosted, https, tls, mirrors, CALM);
  }
}
