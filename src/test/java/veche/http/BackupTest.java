package veche.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.crypto.Entropy;
import veche.http.Client.Reply;
import veche.store.Embedded;
import veche.wire.Bytes;

/// operation §4, played through: a backup that is taken while people vote, the write-ahead log that
/// is stored elsewhere, the machine that is lost, and the server that goes on from both.
class BackupTest {
  private static final Promised PROMISED = new Promised();

  @TempDir private Path folder;

  private Path archive;
  private Path backup;

  @Test
  void fromABackupAndTheArchiveTheServerGoesOnWithEveryAcknowledgedBallot() throws Exception {
    Files.createDirectories(web());
    for (String page : List.of("index", "election", "vote", "check", "result")) {
      Files.writeString(web().resolve(page + ".html"), "<!doctype html>");
    }
    archive = Files.createDirectories(folder.resolve("archive"));
    backup = Files.createDirectories(folder.resolve("backup"));
    List<Bytes> leaves = new ArrayList<>();
    List<String> receipts = new ArrayList<>();

    Embedded lost = Embedded.start(folder.resolve("lost"), 0, archiving(), Entropy.system());
    Service before = service(lost);
    Client client = to(before);
    PROMISED.open(client, 12);
    cast(client, leaves, receipts, 4);
    try (Connection sql = DriverManager.getConnection("jdbc:" + jdbc(lost))) {
      ask(sql, "select pg_backup_start('weekly', true)::text");
      cast(client, leaves, receipts, 4);
      copy(folder.resolve("lost"), backup);
      String label = ask(sql, "select labelfile from pg_backup_stop(false)");
      Files.writeString(backup.resolve("postgres").resolve("backup_label"), label);
      cast(client, leaves, receipts, 4);
      stored(sql, ask(sql, "select pg_walfile_name(pg_switch_wal())"));
    }
    before.close();
    lost.kill();
    lost.close();

    Files.createFile(backup.resolve("postgres").resolve("recovery.signal"));
    Map<String, String> restoring = Map.of("restore_command", "'cp " + archive + "/%f %p'");
    try (Embedded found = Embedded.start(backup, 0, restoring, Entropy.system());
        Service after = service(found)) {
      Client again = to(after);
      for (int i = 0; i < leaves.size(); i++) {
        Reply reply = PROMISED.reply(leaves.get(i), PROMISED.send(again, leaves.get(i))).get();
        assertThat(reply.text()).isEqualTo(receipts.get(i));
      }
      Bytes next = PROMISED.ballot();
      assertThat(PROMISED.reply(next, PROMISED.send(again, next)).get().status()).isEqualTo(200);
      PROMISED.everythingHolds(again, after);
    }
  }

  private Path web() {
    return folder.resolve("web");
  }

  private Map<String, String> archiving() {
    return Map.of("archive_mode", "on", "archive_command", "'cp %p " + archive + "/%f'");
  }

  /// The log keys lie beside the database and are kept apart; both servers find them there.
  private Service service(Embedded postgres) {
    var hosted = List.of(PROMISED.coalition.body("north").vkey());
    return Service.start(
        new Settings(Promised.HOST, "127.0.0.1", 0, 0, folder.resolve("data"), hosted, false),
        Optional.of(postgres.uri()),
        web(),
        Entropy.system(),
        InstantSource.system());
  }

  private static Client to(Service service) {
    return new Client("http://127.0.0.1:" + service.server().port());
  }

  private static void cast(Client client, List<Bytes> leaves, List<String> receipts, int count) {
    for (int i = 0; i < count; i++) {
      Bytes leaf = PROMISED.ballot();
      Reply reply = PROMISED.reply(leaf, PROMISED.send(client, leaf)).orElseThrow();
      assertThat(reply.status()).isEqualTo(200);
      leaves.add(leaf);
      receipts.add(reply.text());
    }
  }

  /// `postgresql://user:password@host:port/database` as JDBC spells it.
  private static String jdbc(Embedded postgres) {
    java.net.URI uri = java.net.URI.create(postgres.uri());
    String[] user = uri.getUserInfo().split(":");
    return "postgresql://127.0.0.1:"
        + uri.getPort()
        + uri.getPath()
        + "?user="
        + user[0]
        + "&password="
        + user[1];
  }

  private static String ask(Connection sql, String question) throws SQLException {
    try (ResultSet answer = sql.createStatement().executeQuery(question)) {
      assertThat(answer.next()).isTrue();
      return answer.getString(1);
    }
  }

  private void stored(Connection sql, String segment) throws SQLException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Files.exists(archive.resolve(segment))) {
      assertThat(System.nanoTime())
          .as(
              "not archived; last failed: %s",
              ask(sql, "select last_failed_wal from pg_stat_archiver"))
          .isLessThan(end);
      Thread.sleep(50);
    }
    // the archiver writes the file before it says that it has
    while (ask(sql, "select coalesce(last_archived_wal, '') from pg_stat_archiver")
            .compareTo(segment)
        < 0) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(50);
    }
  }

  /// As PostgreSQL's manual says of a base backup: all but the write-ahead log and what belongs to
  /// the running process. Files may change and go while they are read.
  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
              throws IOException {
            Path at = to.resolve(from.relativize(dir));
            Files.createDirectories(at);
            Files.setPosixFilePermissions(at, Files.getPosixFilePermissions(dir));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            String name = from.relativize(file).toString();
            if (name.startsWith("postgres/pg_wal/") || name.matches("lock|.*postmaster\\..*")) {
              return FileVisitResult.CONTINUE;
            }
            try {
              Files.copy(file, to.resolve(name), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            } catch (NoSuchFileException gone) {
              // PostgreSQL replays its end from the write-ahead log
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
