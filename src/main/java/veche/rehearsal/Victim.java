package veche.rehearsal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import veche.crypto.Vkey;

/// `veche serve` as a process of its own with its own database, to be attacked and looked at from
/// outside.
final class Victim implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;
  private static final Pattern INSPECTION = Pattern.compile("inspect: http://[^:]+:(\\d+)/");
  private static final Pattern TROUBLE =
      Pattern.compile(
          "\\bERROR\\b|\\bWARN\\b|Exception|^\\s+at [\\w.$/]+\\(|\\bOutOfMemory|[a-z]Error\\b");

  private final Process process;
  private final Path output;
  private final int port;
  private final int inspectPort;

  private Victim(Process process, Path output, int port, int inspectPort) {
    this.process = process;
    this.output = output;
    this.port = port;
    this.inspectPort = inspectPort;
  }

  /// @param folder for its data and what it prints
  static Victim start(Path folder, Path web, Vkey hosted) throws IOException {
    Files.createDirectories(folder);
    Path hosts = Files.writeString(folder.resolve("hosts"), hosted + "\n");
    Path output = folder.resolve("server.log");
    int port = freePort();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx512m",
            "-Dveche.exitWithParent=true",
            "-cp",
            System.getProperty("java.class.path"),
            "veche.Main",
            "serve"));
    command.addAll(List.of("--data", folder.resolve("data").toString()));
    command.addAll(List.of("--web", web.toString(), "--hosts", hosts.toString()));
    command.addAll(List.of("--public-url", "http://127.0.0.1:" + port));
    command.addAll(List.of("--port", Integer.toString(port), "--inspect-port", "0"));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new Victim(process, output, port, inspection(process, output));
  }

  private static int inspection(Process process, Path output) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      String said = Files.readString(output);
      Matcher found = INSPECTION.matcher(said);
      if (found.find()) return Integer.parseInt(found.group(1), 10);
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroyForcibly();
        throw new IOException("the server did not start:\n" + said);
      }
      Coalition.pause(50);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  int port() {
    return port;
  }

  int inspectPort() {
    return inspectPort;
  }

  String host() {
    return "127.0.0.1:" + port;
  }

  boolean alive() {
    return process.isAlive();
  }

  /// @param heap bytes of living objects, -1 where the JDK's `jcmd` is missing
  /// @param handles open files and sockets, -1 where `/proc` is missing
  record Vitals(long heap, long handles, long threads, long residentKib) {}

  /// Collects garbage first, so that what is counted is held.
  Vitals vitals() throws IOException, InterruptedException {
    return new Vitals(heap(), entries("fd"), entries("task"), status("VmRSS:"));
  }

  private long heap() throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    if (!Files.isExecutable(jcmd)) return -1;
    Process asked =
        new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String last;
    try (var lines = asked.inputReader().lines()) {
      last = lines.filter(line -> line.startsWith("Total")).reduce("", (a, b) -> b);
    }
    asked.waitFor();
    String[] total = last.split("\\s+");
    return total.length == 3 ? Long.parseLong(total[2], 10) : -1;
  }

  private long entries(String what) throws IOException {
    Path folder = Path.of("/proc", Long.toString(process.pid()), what);
    if (!Files.isDirectory(folder)) return -1;
    try (Stream<Path> all = Files.list(folder)) {
      return all.count();
    }
  }

  private long status(String name) throws IOException {
    Path file = Path.of("/proc", Long.toString(process.pid()), "status");
    if (!Files.isReadable(file)) return -1;
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> Long.parseLong(line.replaceAll("\\D", ""), 10))
        .findFirst()
        .orElse(-1L);
  }

  /// What it printed that no request may make it print.
  List<String> trouble() throws IOException {
    return Files.readAllLines(output).stream()
        // a machine that has other work to do
        .filter(line -> !line.contains("BlockedThreadChecker"))
        .filter(line -> TROUBLE.matcher(line).find())
        .toList();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
