package veche.rehearsal;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Starts the role programs of a coalition, each as a process of its own with its own folder and
/// keys; they share nothing with the server but HTTP. Closing ends those that still run.
final class Roles implements AutoCloseable {
  // what reads a whole election is worth compiling well; what ends in a second is not
  private static final Set<String> LONG = Set.of("work", "close", "certify", "pull", "--witness");

  private final Path folder;
  private final List<Process> running = new ArrayList<>();
  private int started;

  /// A role program that did not end well, with the last of what it said.
  static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failed(String message) {
      super(message);
    }
  }

  /// A program under way.
  record Job(String what, Process process, Path output) {}

  Roles(Path folder) {
    this.folder = folder;
  }

  /// @param arguments of the command line, as a person would type them
  synchronized Job start(List<String> arguments) {
    try {
      Files.createDirectories(folder);
      Path output = folder.resolve("%03d-%s.log".formatted(++started, arguments.getFirst()));
      List<String> command =
          java(
              List.of(
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=" + (LONG.contains(arguments.get(1)) ? 4 : 1),
                  "-Xmx1g",
                  "-Dveche.exitWithParent=true"));
      command.addAll(arguments);
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
      running.add(process);
      return new Job(String.join(" ", arguments.subList(0, 2)), process, output);
    } catch (IOException e) {
      throw new UncheckedIOException("a role program cannot be started", e);
    }
  }

  /// How this very program is started once more.
  static List<String> java(List<String> options) {
    List<String> out = new ArrayList<>();
    out.add(
        ProcessHandle.current()
            .info()
            .command()
            .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    out.addAll(options);
    out.addAll(List.of("-cp", absolute(System.getProperty("java.class.path")), "veche.Main"));
    return out;
  }

  private static String absolute(String classPath) {
    List<String> out = new ArrayList<>();
    for (String part : classPath.split(File.pathSeparator)) {
      out.add(Path.of(part).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, out);
  }

  /// Waits for a program's end and gives its exit code.
  static int code(Job job, long seconds) {
    try {
      if (!job.process.waitFor(seconds, TimeUnit.SECONDS)) {
        job.process.destroyForcibly();
        throw new Failed(job.what + ": not done after " + seconds + " s" + tail(job));
      }
      return job.process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failed(job.what + ": interrupted");
    }
  }

  static void await(Job job, long seconds) {
    int code = code(job, seconds);
    if (code != 0) throw new Failed(job.what + ": exit code " + code + tail(job));
  }

  void run(List<String> arguments, long seconds) {
    await(start(arguments), seconds);
  }

  /// Several at once: equal bodies need not wait for each other.
  void runAll(List<List<String>> all, long seconds) {
    List<Job> jobs = all.stream().map(this::start).toList();
    for (Job job : jobs) await(job, seconds);
  }

  static String tail(Job job) {
    try {
      List<String> lines = Files.readAllLines(job.output);
      List<String> last = lines.subList(Math.max(0, lines.size() - 8), lines.size());
      return last.isEmpty() ? "" : "\n  " + String.join("\n  ", last);
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public synchronized void close() {
    for (Process process : running) process.destroy();
    for (Process process : running) {
      try {
        if (!process.waitFor(5, TimeUnit.SECONDS)) process.destroyForcibly();
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
