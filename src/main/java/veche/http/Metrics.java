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
  private final Map<String, Gauge> gauges = new TreeMap<>();

  private record Gauge(String help, LongSupplier value) {}

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

  void gauge(String name, String help, LongSupplier value) {
    gauges.put(name, new Gauge(help, value));
  }

  String text(Map<String, Long> refused) {
    StringBuilder out = new StringBuilder();
    line(out, "counter", "veche_batches_total", "Batches that were committed.", batches.sum());
    line(out, "counter", "veche_leaves_total", "Leaves that got their place.", leaves.sum());
    line(
        out,
        "counter",
        "veche_proved_ballots_total",
        "Ballots whose proofs were looked at.",
        proofs.sum());
    line(out, "counter", "veche_requests_total", "Requests that came in.", requests.sum());
    line(
        out,
        "counter",
        "veche_failures_total",
        "Requests that this server failed to answer.",
        failures.sum());
    gauges.forEach((name, gauge) -> line(out, "gauge", name, gauge.help, gauge.value.getAsLong()));
    head(out, "counter", "veche_refused_total", "Requests refused, by code.");
    refused.forEach(
        (code, n) -> {
          out.append("veche_refused_total{code=\"").append(code).append("\"} ");
          out.append(n).append('\n');
        });
    return out.toString();
  }

  private static void line(StringBuilder out, String type, String name, String help, long value) {
    head(out, type, name, help);
    out.append(name).append(' ').append(value).append('\n');
  }

  private static void head(StringBuilder out, String type, String name, String help) {
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }
}
