package veche.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import veche.crypto.Entropy;

/// PostgreSQL in a folder of ours: durable, reached from this machine only and with a password. The
/// folder belongs to one server at a time.
public final class Embedded implements AutoCloseable {
  private static final Duration STARTUP = Duration.ofSeconds(60);
  private static final Logger LOG = LoggerFactory.getLogger(Embedded.class);
  private static final long LOOK_MILLIS = 500;

  /// Backends of a postmaster that died need a moment to find out; the pause doubles to the most.
  private static final long PAUSE_MILLIS = 2_000;

  private static final long LONGEST_PAUSE_MILLIS = 30_000;

  private final Path folder;
  private final Map<String, String> settings;
  private final FileChannel lock;
  private final String password;
  private final Path data;
  private final int port;
  private EmbeddedPostgres postgres;
  private volatile boolean closed;

  private Embedded(
      Path folder,
      Map<String, String> settings,
      FileChannel lock,
      String password,
      EmbeddedPostgres postgres) {
    this.folder = folder;
    this.settings = Map.copyOf(settings);
    this.lock = lock;
    this.password = password;
    this.postgres = postgres;
    data = data(folder);
    port = postgres.getPort();
  }

  private static Path data(Path folder) {
    return folder.resolve("postgres").toAbsolutePath();
  }

  public static Embedded start(Path folder, Entropy entropy) {
    return start(folder, 0, Map.of(), entropy);
  }

  /// @param port 0 for any
  /// @param settings of PostgreSQL beside those that a server of ours cannot do without
  public static Embedded start(
      Path folder, int port, Map<String, String> settings, Entropy entropy) {
    try {
      Files.createDirectories(folder);
      FileChannel lock = lock(folder.resolve("lock"));
      try {
        return start(folder, port, settings, lock, entropy);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StoreException("start the embedded PostgreSQL", e);
    }
  }

  private static Embedded start(
      Path folder, int port, Map<String, String> settings, FileChannel lock, Entropy entropy)
      throws IOException {
    String password = password(passwordFile(folder), entropy);
    EmbeddedPostgres postgres = launch(folder, port, settings, password);
    return new Embedded(folder, settings, lock, password, postgres);
  }

  private static Path passwordFile(Path folder) {
    return folder.resolve("postgres.password").toAbsolutePath();
  }

  private static EmbeddedPostgres launch(
      Path folder, int port, Map<String, String> settings, String password) throws IOException {
    endOrphan(data(folder));
    EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder();
    settings.forEach(builder::setServerConfig);
    return builder
        .setPort(port)
        .setDataDirectory(data(folder))
        .setCleanDataDirectory(false)
        // Vert.x must let go of its connections first: whoever started us closes us
        .setRegisterShutdownHook(false)
        .setPGStartupWait(STARTUP)
        .setLocaleConfig("auth-host", "scram-sha-256")
        .setLocaleConfig("auth-local", "scram-sha-256")
        .setLocaleConfig("pwfile", passwordFile(folder).toString())
        .setLocaleConfig("encoding", "UTF8")
        .setConnectConfig("password", password)
        .setServerConfig("fsync", "on")
        .setServerConfig("full_page_writes", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("listen_addresses", "127.0.0.1")
        .setServerConfig("unix_socket_directories", "''")
        // what a statement held must not reach a log file
        .setServerConfig("log_min_error_statement", "panic")
        .setServerConfig("log_parameter_max_length_on_error", "0")
        .start();
  }

  /// operation §1: from now on, starts PostgreSQL again on its port whenever it has died, until
  /// [#close].
  public void watch() {
    // where processes cannot be seen, nothing is known about a death
    if (isAlive()) Thread.ofPlatform().name("postgres-watch").daemon().start(this::keepAlive);
  }

  private void keepAlive() {
    long pause = PAUSE_MILLIS;
    while (!closed) {
      pause(LOOK_MILLIS);
      if (closed || !died()) continue;
      LOG.error("PostgreSQL has died; it is started again in {} ms", pause);
      pause(pause);
      pause = revive() ? PAUSE_MILLIS : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }
  }

  private static void pause(long millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private boolean died() {
    try {
      return !isAlive();
    } catch (RuntimeException e) {
      // its file is half written: it is being started or ended
      return false;
    }
  }

  private synchronized boolean revive() {
    if (closed) return true;
    try {
      postgres.close();
      postgres = launch(folder, port, settings, password);
      LOG.warn("PostgreSQL runs again");
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.error("PostgreSQL cannot be started: {}", e.toString());
      return false;
    }
  }

  private static FileChannel lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) return channel;
    } catch (OverlappingFileLockException e) {
      // held by this very process: the same answer
    }
    channel.close();
    throw new StoreException("another server uses the folder " + file.getParent());
  }

  private static String password(Path file, Entropy entropy) throws IOException {
    if (Files.exists(file)) return Files.readString(file).strip();
    String password = entropy.bytes(20).base32();
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, password);
    return password;
  }

  /// A server that was killed leaves its PostgreSQL running. The lock on the folder is ours, so
  /// nobody uses it any more.
  private static void endOrphan(Path data) throws IOException {
    postmaster(data).ifPresent(Embedded::end);
  }

  private static Optional<ProcessHandle> postmaster(Path data) throws IOException {
    Path pidFile = data.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) return Optional.empty();
    long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
    return ProcessHandle.of(pid)
        .filter(p -> p.info().commandLine().orElse("").contains(data.toString()));
  }

  private static void end(ProcessHandle process) {
    process.destroy();
    try {
      process.onExit().get(10, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      process.destroyForcibly();
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      throw new StoreException("end the PostgreSQL that an earlier server left", e);
    }
  }

  public String uri() {
    return "postgresql://postgres:" + password + "@127.0.0.1:" + port + "/postgres";
  }

  public boolean isAlive() {
    try {
      return postmaster(data).isPresent();
    } catch (IOException e) {
      throw new StoreException("look for the embedded PostgreSQL", e);
    }
  }

  /// Ends PostgreSQL and all its processes as a power cut would, for those who try what happens
  /// then.
  public void kill() {
    try {
      postmaster(data)
          .ifPresent(
              p -> {
                List<ProcessHandle> all = p.descendants().toList();
                p.destroyForcibly();
                all.forEach(ProcessHandle::destroyForcibly);
                p.onExit().join();
                all.forEach(child -> child.onExit().join());
              });
    } catch (IOException e) {
      throw new StoreException("kill the embedded PostgreSQL", e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    try (lock) {
      postgres.close();
    } catch (IOException e) {
      throw new StoreException("stop the embedded PostgreSQL", e);
    }
  }
}
