package veche.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import veche.crypto.Entropy;
import veche.crypto.Note;
import veche.log.Checkpoint;
import veche.log.Tile;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// record §8 Bundle, doors §1: the static tree of a log, wherever it lies. Whatever holds it may be
/// hostile: names outside the tree are never looked at and no file is read beyond its kind's size.
public interface Bundle extends Blobs, AutoCloseable {
  /// A log whose tree would not fit into this program's memory is not begun.
  long MOST_LEAVES = 20_000_000;

  int LARGEST_NOTE = 1 << 20;
  int LARGEST_BLOB = 1 << 28;

  /// The input cannot be judged at all: neither right nor wrong (exit code 3).
  final class Unusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Unusable(String message) {
      super(message);
    }
  }

  /// The bytes of a file of the tree; throws [Unusable] where the source breaks its form.
  Optional<Bytes> bytes(String path);

  /// Names of all files of the tree; empty where a source cannot be listed.
  Optional<Set<String>> paths();

  @Override
  void close();

  @Override
  default Optional<Bytes> get(Bytes sha256) {
    return bytes("blob/" + sha256.hex()).filter(blob -> blob.sha256().equals(sha256));
  }

  /// How large the file of this name may be; empty for a name that is not of the tree.
  static Optional<Integer> cap(String path) {
    if (path.startsWith("tile/")) {
      try {
        Tile tile = Tile.parse(path);
        int each = tile.level() == Tile.ENTRIES ? 2 + Tile.MAX_LEAF : 32;
        return Optional.of(tile.width() * each);
      } catch (Malformed e) {
        return Optional.empty();
      }
    }
    return Form.BLOB.matcher(path).matches()
        ? Optional.of(LARGEST_BLOB)
        : Form.NOTE.matcher(path).matches() ? Optional.of(LARGEST_NOTE) : Optional.empty();
  }

  /// The spellings that no tree of names can express.
  final class Form {
    private static final Pattern BLOB = Pattern.compile("blob/[0-9a-f]{64}");
    private static final Pattern NOTE =
        Pattern.compile("checkpoint|stage/index|stage/[1-9][0-9]{0,17}");

    private Form() {}
  }

  /// The record of a bundle, folded to the size of its checkpoint; throws [Unusable] where leaves
  /// are missing. It judges nothing else: [Verifier] does.
  static Record fold(Bundle bundle, Entropy weights) {
    try {
      Bytes note = bundle.bytes("checkpoint").orElseThrow(() -> new Unusable("no checkpoint"));
      Checkpoint checkpoint = Checkpoint.parse(Note.parse(note).body());
      if (checkpoint.size() > MOST_LEAVES) throw new Unusable("more leaves than can be read");
      Record record = new Record(checkpoint.origin(), bundle, weights);
      for (long n = 0; n * Tile.WIDTH < checkpoint.size(); n++) {
        int width = (int) Math.min(Tile.WIDTH, checkpoint.size() - n * Tile.WIDTH);
        String path = new Tile(Tile.ENTRIES, n, width).path();
        Bytes entries = bundle.bytes(path).orElseThrow(() -> new Unusable(path + " is missing"));
        record.fold(Tile.entries(entries, width));
      }
      return record;
    } catch (Malformed e) {
      throw new Unusable(String.valueOf(e.getMessage()));
    }
  }

  /// Opens a folder or a zip.
  static Bundle open(Path path) {
    if (Files.isDirectory(path)) return new FolderBundle(path);
    if (!Files.isRegularFile(path)) throw new Unusable("neither a folder nor a file");
    return new ZipBundle(path);
  }

  /// A folder. Links are not followed: what they point at was not part of the download.
  final class FolderBundle implements Bundle {
    private static final int MOST_FILES = 2_000_000;
    private final Path root;

    FolderBundle(Path root) {
      try {
        this.root = root.toRealPath();
      } catch (IOException e) {
        throw new Unusable("the folder cannot be read");
      }
    }

    @Override
    public Optional<Bytes> bytes(String path) {
      int cap = cap(path).orElseThrow(() -> new Unusable("not a name of a bundle"));
      Path file = root.resolve(path);
      try {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) return Optional.empty();
        if (!file.toRealPath().startsWith(root)) return Optional.empty();
        try (var in = Files.newInputStream(file)) {
          byte[] content = in.readNBytes(cap + 1);
          if (content.length > cap) throw new Unusable(path + " is larger than it can be");
          return Optional.of(Bytes.wrap(content));
        }
      } catch (IOException e) {
        throw new Unusable(path + " cannot be read");
      }
    }

    @Override
    public Optional<Set<String>> paths() {
      try (var walk = Files.walk(root, 12)) {
        Set<String> names = new java.util.HashSet<>();
        for (Path file : (Iterable<Path>) walk::iterator) {
          String name = root.relativize(file).toString().replace('\\', '/');
          if (cap(name).isEmpty() || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            continue;
          }
          names.add(name);
          if (names.size() > MOST_FILES) throw new Unusable("too many files");
        }
        return Optional.of(names);
      } catch (IOException | java.io.UncheckedIOException e) {
        throw new Unusable("the folder cannot be listed");
      }
    }

    @Override
    public void close() {}
  }

  /// A zip as the server writes it. Nothing is unpacked and nothing in it is compressed, so that it
  /// cannot be larger inside than outside.
  final class ZipBundle implements Bundle {
    private final java.util.zip.ZipFile zip;
    private final Set<String> names = new java.util.HashSet<>();

    ZipBundle(Path path) {
      try {
        zip = new java.util.zip.ZipFile(path.toFile());
      } catch (IOException | IllegalArgumentException e) {
        throw new Unusable("not a zip file that can be read");
      }
      try {
        list(Files.size(path));
      } catch (IOException e) {
        close();
        throw new Unusable("the zip cannot be read");
      } catch (Unusable e) {
        close();
        throw e;
      }
    }

    private void list(long size) {
      long sum = 0;
      var entries = zip.entries();
      while (entries.hasMoreElements()) {
        var entry = entries.nextElement();
        String name = entry.getName();
        if (entry.isDirectory() && !name.contains("..") && cap(name + "x").isEmpty()) continue;
        int cap = cap(name).orElseThrow(() -> new Unusable("the zip holds a strange name"));
        if (entry.getMethod() != java.util.zip.ZipEntry.STORED) {
          throw new Unusable("the zip is compressed; a bundle is stored");
        }
        if (entry.getSize() < 0
            || entry.getSize() != entry.getCompressedSize()
            || entry.getSize() > cap) {
          throw new Unusable("the zip holds a file larger than it can be");
        }
        sum += entry.getSize();
        if (sum > size) throw new Unusable("the zip's files lie over each other");
        if (!names.add(name)) throw new Unusable("the zip holds a name twice");
      }
    }

    @Override
    public Optional<Bytes> bytes(String path) {
      if (!names.contains(path)) return Optional.empty();
      var entry = zip.getEntry(path);
      try (var in = zip.getInputStream(entry)) {
        int size = (int) entry.getSize();
        byte[] content = in.readNBytes(size);
        if (content.length != size) throw new Unusable(path + " is cut short");
        return Optional.of(Bytes.wrap(content));
      } catch (IOException e) {
        throw new Unusable(path + " cannot be read");
      }
    }

    @Override
    public Optional<Set<String>> paths() {
      return Optional.of(Set.copyOf(names));
    }

    @Override
    public void close() {
      try {
        zip.close();
      } catch (IOException e) {
        throw new Unusable("the zip cannot be closed");
      }
    }
  }
}
