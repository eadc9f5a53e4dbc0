package veche.rehearsal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import veche.crypto.Entropy;
import veche.store.Embedded;

/// What `veche torture` owns and breaks: a PostgreSQL on a small disk of its own and servers as
/// processes of their own, all on loopback.
final class Rack implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int DISK_MIB = 768;
  private static final long PATIENCE = 90;
  private static final Map<String, String> SMALL =
      Map.of("max_wal_size", "64MB", "min_wal_size", "32MB", "max_connections", "40");

  private final Path folder;
  private final Path web;
  private final Path disk;
  private final boolean mounted;
  private final int databasePort = freePort();
  private final Entropy entropy;
  private final List<Node> nodes = new ArrayList<>();
  private Embedded database;

  /// One server: an address that stays and a process that may not.
  final class Node {
    private final String name;
    private final int port;
    private @Nullable Process process;
    private int starts;

    private Node(String name) {
      this.name = name;
      this.port = freePort();
    }

    String address() {
      return "http://" + LOOPBACK + ":" + port;
    }

    String host() {
      return LOOPBACK + ":" + port;
    }

    boolean isAlive() {
      return process != null && process.isAlive();
    }

    /// Starts it and waits until its doors are open.
    void start() {
      Path output = folder.resolve("%s-%03d.log".formatted(name, ++starts));
      List<String> command =
          Roles.java(List.of("-XX:+UseSerialGC", "-Xmx768m", "-Dveche.exitWithParent=true"));
      command.addAll(
          List.of(
              "serve",
              "--data",
              folder.resolve("data").toString(),
              "--web",
              web.toString(),
              "--hosts",
              folder.resolve("hosts").toString(),
              "--public-url",
              nodes.getFirst().address(),
              "--port",
              Integer.toString(port),
              "--inspect-port",
              "0"));
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().put("VECHE_PG_URI", database.uri());
      try {
        Process begun = builder.start();
        process = begun;
        begun.getOutputStream().close();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
        while (!Files.readString(output).contains("inspect: ")) {
          if (!begun.isAlive() || System.nanoTime() > end) {
            throw new Roles.Failed(name + ": did not start, see " + output.getFileName());
          }
          Coalition.pause(50);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void kill() {
      Process running = process;
      if (running == null) return;
      running.destroyForcibly();
      Rack.await(running);
    }

    void stop() {
      signal("-STOP");
    }

    void go() {
      signal("-CONT");
    }

    private void signal(String signal) {
      Process running = process;
      if (running == null) return;
      run(List.of("kill", signal, Long.toString(running.pid())));
    }
  }

  Rack(Path folder, Path web, List<String> hosted, Entropy entropy) {
    this.folder = folder;
    this.web = web;
    this.disk = folder.resolve("disk");
    this.entropy = entropy;
    try {
      Files.createDirectories(disk);
      Files.createDirectories(folder.resolve("data"));
      Files.write(folder.resolve("hosts"), hosted);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    mounted = mount();
    database = openDatabase();
    nodes.add(new Node("first"));
    nodes.add(new Node("second"));
  }

  /// A disk that can be filled without harm to others; only a superuser of Linux gets one.
  private boolean mount() {
    return run(List.of("mount", "-t", "tmpfs", "-o", "size=" + DISK_MIB + "m", "tmpfs", disk + ""))
        == 0;
  }

  /// Whether the database has a disk of its own.
  boolean ownsDisk() {
    return mounted;
  }

  Node first() {
    return nodes.getFirst();
  }

  Node second() {
    return nodes.getLast();
  }

  private Embedded openDatabase() {
    return Embedded.start(disk.resolve("db"), databasePort, SMALL, entropy);
  }

  boolean databaseIsAlive() {
    return database.isAlive();
  }

  void killDatabase() {
    database.kill();
  }

  void startDatabase() {
    database.close();
    database = openDatabase();
  }

  void fillDisk() {
    byte[] zeros = new byte[1 << 20];
    try (OutputStream out =
        Files.newOutputStream(
            filler(), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)) {
      while (true) out.write(zeros);
    } catch (IOException full) {
      // to the last byte: a page more must not fit
      trickle();
    }
  }

  private void trickle() {
    byte[] page = new byte[4096];
    try (OutputStream out = Files.newOutputStream(filler(), StandardOpenOption.APPEND)) {
      while (true) out.write(page);
    } catch (IOException full) {
      return;
    }
  }

  void clearDisk() {
    try {
      Files.deleteIfExists(filler());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path filler() {
    return disk.resolve("filler");
  }

  private static int run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return await(process);
    } catch (IOException e) {
      return -1;
    }
  }

  private static int await(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Roles.Failed("interrupted");
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    for (Node node : nodes) {
      node.go();
      node.kill();
    }
    clearDisk();
    database.close();
    if (mounted) run(List.of("umount", disk.toString()));
  }
}
