package veche.http;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/// What an operator may watch: numbers about the server, none about anybody. Prometheus' text form.
final class Metrics {
  private final LongAdder batches = new LongAdder();
  private final LongAdder leaves = new LongAdder();
  private final LongAdder proofs = new LongAdder();
  private final LongAdder requests = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final Map<String, LongSupplier> gauges = new TreeMap<>();

  void committed(int count) {
    batches.increment();
    leaves.add(count);
  }

  /// Ballots whose proofs are looked at.
  void proved(int count) {
    proofs.add(count);
  }

  void request() {
    requests.increment();
  }

  void failure() {
    failures.increment();
  }

  void gauge(String name, LongSupplier value) {
    gauges.put(name, value);
  }

  String text(Map<String, Long> refused) {
    StringBuilder out = new StringBuilder();
    line(out, "counter", "veche_batches_total", batches.sum());
    line(out, "counter", "veche_leaves_total", leaves.sum());
    line(out, "counter", "veche_proved_ballots_total", proofs.sum());
    line(out, "counter", "veche_requests_total", requests.sum());
    line(out, "counter", "veche_failures_total", failures.sum());
    gauges.forEach((name, value) -> line(out, "gauge", name, value.getAsLong()));
    out.append("# TYPE veche_refused_total counter\n");
    refused.forEach(
        (code, n) -> {
          out.append("veche_refused_total{code=\"").append(code).append("\"} ");
          out.append(n).append('\n');
        });
    return out.toString();
  }

  private static void line(StringBuilder out, String type, String name, long value) {
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    out.append(name).append(' ').append(value).append('\n');
  }
}
