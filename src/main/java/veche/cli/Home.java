package veche.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import veche.crypto.Entropy;
import veche.crypto.KeyFile;
import veche.crypto.SigningKey;
import veche.crypto.Vkey;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// A role program's own folder: its encrypted keys, and a memory that is on disk before anything it
/// is about leaves the program. Only its owner may read it.
final class Home {
  private static final String INBOX = "inbox";
  private static final String KEY = "key.pem";
  private static final String VKEY = "vkey";

  private final Path folder;
  private final char[] passphrase;
  // kept so that it is not collected, which would free the lock
  private @Nullable FileChannel held;

  Home(Path folder, char[] passphrase) {
    this.folder = folder;
    this.passphrase = passphrase;
  }

  /// Makes the identity key of a role. A folder that has one is left alone.
  Vkey create(String name, int type, Entropy entropy) {
    try {
      if (Files.exists(folder.resolve(KEY))) {
        throw new Malformed("there is a key already in " + folder.getFileName());
      }
      Files.createDirectories(folder);
      if (posix()) {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
      SigningKey key = new SigningKey(name, type, entropy.bytes(32));
      KeyFile.write(folder.resolve(KEY), KeyFile.Kind.ED25519, key.seed(), passphrase, entropy);
      write(VKEY, key.vkey() + "\n");
      return key.vkey();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean posix() {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  Vkey vkey() {
    return Vkey.parse(
        read(VKEY).orElseThrow(() -> new Malformed("no key here: run init first")).strip());
  }

  SigningKey key() {
    Vkey vkey = vkey();
    SigningKey key = new SigningKey(vkey.name(), vkey.type(), secret(KEY));
    if (!key.vkey().equals(vkey)) throw new Malformed("vkey and key do not belong together");
    return key;
  }

  private Bytes secret(String file) {
    try {
      return KeyFile.read(folder.resolve(file), passphrase).secret();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A 32-byte secret kept in an encrypted file; drawn the first time it is asked for.
  Bytes secretOrDraw(String name, Entropy entropy) {
    String file = name + ".pem";
    if (!Files.exists(folder.resolve(file))) {
      keepSecret(name, KeyFile.Kind.ED25519, entropy.bytes(32), entropy);
    }
    return secret(file);
  }

  /// Deletes a secret that has done its work; none is no mistake.
  void forget(String name) {
    try {
      if (Files.deleteIfExists(folder.resolve(name + ".pem"))) forceFolder(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Optional<Bytes> secretOf(String name) {
    String file = name + ".pem";
    return Files.exists(folder.resolve(file)) ? Optional.of(secret(file)) : Optional.empty();
  }

  void keepSecret(String name, KeyFile.Kind kind, Bytes secret, Entropy entropy) {
    try {
      KeyFile.write(folder.resolve(name + ".pem"), kind, secret, passphrase, entropy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Optional<String> read(String file) {
    try {
      Path path = folder.resolve(file);
      return Files.exists(path) ? Optional.of(Files.readString(path)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> lines(String file) {
    return read(file).map(t -> t.lines().toList()).orElse(List.of());
  }

  /// Writes a new file that only its owner may read; one that exists is left alone and refused.
  static void writeSecret(Path file, String text) {
    try {
      if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } else {
        Files.createFile(file);
      }
      Files.writeString(file, text);
    } catch (FileAlreadyExistsException e) {
      throw new Malformed(file.getFileName() + " exists already");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Replaces a file: a crash leaves the old one or the new one.
  void write(String file, String text) {
    try {
      Path target = folder.resolve(file);
      Files.createDirectories(folder);
      Path draft = target.resolveSibling(target.getFileName() + ".new");
      force(draft, text, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
      forceFolder(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Held while a program works in this folder; it ends with the process at the latest.
  interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  /// Holds this folder: two programs that remember in one place could each do what the other has
  /// already done.
  Hold lock() {
    try {
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = taken(channel);
      if (lock == null) {
        channel.close();
        throw new Malformed("another program is at work in this folder");
      }
      held = channel;
      return () -> release(channel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable FileLock taken(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static void release(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Adds a line and returns when it is on the disk. What a crash left of a line is closed first,
  /// so that it cannot swallow the next one.
  void append(String file, String line) {
    try {
      Files.createDirectories(folder);
      String before = read(file).orElse("");
      if (!before.isEmpty() && !before.endsWith("\n")) {
        force(folder.resolve(file), "\n", StandardOpenOption.APPEND);
      }
      force(
          folder.resolve(file), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      forceFolder(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Leaves something for the program that holds this folder.
  void deliver(Bytes what) {
    try {
      Path inbox = Files.createDirectories(folder.resolve(INBOX));
      Path draft = inbox.resolve(what.sha256().hex() + ".new");
      Files.write(draft, what.toArray());
      try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(draft, inbox.resolve(what.sha256().hex()), StandardCopyOption.ATOMIC_MOVE);
      forceFolder(inbox);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What was left for it, oldest name first.
  List<Path> inbox() {
    Path inbox = folder.resolve(INBOX);
    if (!Files.isDirectory(inbox)) return List.of();
    try (Stream<Path> files = Files.list(inbox)) {
      return files.filter(f -> f.getFileName().toString().length() == 64).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Lines that only grow, in a file of this folder.
  Journal journal(String file) {
    try {
      Files.createDirectories(folder);
      Path path = folder.resolve(file);
      if (!Files.exists(path)) write(file, "");
      return new Journal(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void force(Path path, String text, StandardOpenOption... how) throws IOException {
    boolean fresh = !Files.exists(path);
    StandardOpenOption[] options = new StandardOpenOption[how.length + 1];
    System.arraycopy(how, 0, options, 0, how.length);
    options[how.length] = StandardOpenOption.WRITE;
    try (FileChannel channel = FileChannel.open(path, options)) {
      if (fresh && posix()) {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      }
      ByteBuffer bytes = ByteBuffer.wrap(Bytes.utf8(text).toArray());
      while (bytes.hasRemaining()) channel.write(bytes);
      channel.force(true);
    }
  }

  /// A rename is durable only when its folder is; some systems cannot open a folder, and there the
  /// move itself is.
  private void forceFolder(Path path) throws IOException {
    if (!posix()) return;
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
