package veche.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import veche.crypto.Entropy;
import veche.crypto.Vkey;
import veche.view.Fingerprint;
import veche.wire.Bytes;

/// record §2: every role of a body has a key of its own, made where it will be used. Prints the
/// public key and its twelve words, to be handed to the others.
abstract class RoleKey implements Callable<Integer> {
  @Mixin private Options options;

  @Option(names = "--body", required = true, description = "организация / the body's id")
  private String body;

  private final String suffix;
  private final int type;

  /// @param suffix what the role adds to the body's name
  RoleKey(String suffix, int type) {
    this.suffix = suffix;
    this.type = type;
  }

  @Override
  public Integer call() {
    Vkey key = options.home().create(body + suffix, type, Entropy.system());
    System.out.println(key);
    System.out.println(Fingerprint.of(Bytes.utf8(key.toString())));
    return 0;
  }
}
