package veche.rehearsal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import veche.view.Json;
import veche.wire.Bytes;

/// What people feel while a server checks proofs: how long a page takes when as many ballots come
/// as can be proved, and how long a receipt takes when half as many come.
final class DoorLoad {
  private static final int CLIENTS = 32;
  private static final long PAGE_EVERY_MILLIS = 50;

  private final int port;
  private final String slug;
  private final Queue<List<Bytes>> chains;

  /// @param port the server's
  /// @param chains of ballots with real proofs, each of one key and in its order
  DoorLoad(int port, String slug, List<List<Bytes>> chains) {
    this.port = port;
    this.slug = slug;
    this.chains = new ArrayDeque<>(chains);
  }

  /// @param receipts how many ballots of the second part got one
  record Report(
      double fullRate,
      double pageMedian,
      double page99,
      int pages,
      double halfRate,
      double receiptMedian,
      double receipt99,
      int receipts) {
    ObjectNode json() {
      ObjectNode out = Json.object();
      out.put("proved_a_second", tenth(fullRate));
      out.put("page_median_ms", tenth(pageMedian)).put("page_p99_ms", tenth(page99));
      out.put("pages", pages);
      out.put("half_load_a_second", tenth(halfRate));
      out.put("receipt_median_ms", tenth(receiptMedian));
      out.put("receipt_p99_ms", tenth(receipt99));
      out.put("receipts", receipts);
      return out;
    }

    private static double tenth(double value) {
      return Math.round(10 * value) / 10.0;
    }
  }

  Report measure() throws Exception {
    List<List<Bytes>> full = new ArrayList<>();
    int half = chains.size() / 2;
    for (int i = 0; i < half; i++) full.add(chains.remove());
    ConcurrentLinkedQueue<Double> pages = new ConcurrentLinkedQueue<>();
    double rate = full(full, pages);
    ConcurrentLinkedQueue<Double> receipts = new ConcurrentLinkedQueue<>();
    half(List.copyOf(chains), rate / 2, receipts);
    List<Double> page = pages.stream().sorted().toList();
    List<Double> receipt = receipts.stream().sorted().toList();
    return new Report(
        rate,
        at(page, 0.5),
        at(page, 0.99),
        page.size(),
        rate / 2,
        at(receipt, 0.5),
        at(receipt, 0.99),
        receipt.size());
  }

  private static double at(List<Double> sorted, double quantile) {
    return sorted.get((int) Math.min(sorted.size() - 1, Math.ceil(sorted.size() * quantile)));
  }

  /// Each client sends its next ballot as soon as it has a receipt for the last.
  private double full(List<List<Bytes>> all, Queue<Double> pages) throws Exception {
    Queue<List<Bytes>> left = new ConcurrentLinkedQueue<>(all);
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    long began = System.nanoTime();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> clients = new ArrayList<>();
      for (int c = 0; c < CLIENTS; c++) {
        clients.add(
            pool.submit(
                () -> {
                  try (Line line = new Line(port)) {
                    for (List<Bytes> chain = left.poll(); chain != null; chain = left.poll()) {
                      for (Bytes ballot : chain) {
                        cast(line, ballot);
                        answered.incrementAndGet();
                      }
                    }
                  }
                  return null;
                }));
      }
      Future<?> reader =
          pool.submit(
              () -> {
                try (Line line = new Line(port)) {
                  while (!done.get()) pages.add(page(line));
                }
                return null;
              });
      try {
        for (Future<?> client : clients) client.get();
      } finally {
        done.set(true);
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      reader.get();
      return answered.get() / seconds;
    }
  }

  private static double page(Line line) throws IOException {
    Line.Reply reply;
    long began = System.nanoTime();
    line.send("GET / HTTP/1.1\r\nhost: bench\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    reply = line.read(false);
    double millis = (System.nanoTime() - began) / 1e6;
    if (reply.status() != 200) throw new IOException("the page: " + reply.status());
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAGE_EVERY_MILLIS));
    return millis;
  }

  /// One ballot after the other at fixed moments, whatever became of those before it, and counted
  /// from the moment it was due.
  private void half(List<List<Bytes>> all, double rate, Queue<Double> receipts) throws Exception {
    int longest = all.stream().mapToInt(List::size).max().orElse(0);
    long began = System.nanoTime();
    int number = 0;
    Queue<Line> free = new ConcurrentLinkedQueue<>();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> sent = new ArrayList<>();
      for (int seq = 0; seq < longest; seq++) {
        for (List<Bytes> chain : all) {
          if (seq >= chain.size()) continue;
          Bytes ballot = chain.get(seq);
          long due = began + (long) (number++ / rate * 1e9);
          for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
            LockSupport.parkNanos(wait);
          }
          sent.add(
              pool.submit(
                  () -> {
                    @Nullable Line kept = free.poll();
                    Line line = kept != null ? kept : new Line(port);
                    cast(line, ballot);
                    receipts.add((System.nanoTime() - due) / 1e6);
                    free.add(line);
                    return null;
                  }));
        }
      }
      for (Future<?> one : sent) one.get();
    } finally {
      for (Line line : free) line.close();
    }
  }

  private void cast(Line line, Bytes ballot) throws IOException {
    String head =
        "POST /e/%s/ballots HTTP/1.1\r\nhost: bench\r\ncontent-length: %d\r\n\r\n"
            .formatted(slug, ballot.length());
    line.send(Bytes.utf8(head).concat(ballot).unsafeArray());
    Line.Reply reply = line.read(false);
    if (reply.status() != 200) {
      throw new IOException("a ballot: " + reply.status() + Bytes.wrap(reply.body()).utf8());
    }
  }
}
