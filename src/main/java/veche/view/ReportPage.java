package veche.view;

import java.util.Optional;
import veche.record.Check;
import veche.record.Verifier;

/// checks §1: a verifier's report as one file for a browser, without scripts and without a request
/// to anywhere: every check with its claim and what was found, and the protocol of the results.
public final class ReportPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
      body { max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
      h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
      .verdict { border-inline-start: .4rem solid; padding: .4rem .8rem; font-weight: 600; }
      .exit-0 { border-color: #1a7f37; } .exit-1 { border-color: #b3261e; } .exit-2 { border-color: #9a6700; }
      dl { margin: 0; } .check { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: .5rem 0; }
      dt { font-weight: 600; } dd { margin: 0; } .id { font-family: ui-monospace, monospace; }
      .fail dt { color: light-dark(#b3261e, #ff8a80); } .not-checked dt { color: light-dark(#7a5200, #e5b454); }
      .pass .mark { color: light-dark(#1a7f37, #6fcf7f); } .not-applicable { opacity: .75; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; font: .85rem/1.5 ui-monospace, monospace; }
      """;

  private ReportPage() {}

  public static String of(Verifier.Report report, Optional<String> sheet, Words words) {
    StringBuilder out = new StringBuilder();
    String language = words == Words.RUSSIAN ? "ru" : "en";
    out.append("<!doctype html>\n<html lang=\"").append(language).append("\">\n");
    out.append("<meta charset=\"utf-8\">\n");
    out.append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    out.append(escape(words.text("report.title"))).append("</title>\n<style>\n").append(STYLE);
    out.append("</style>\n<main>\n<h1>").append(escape(words.text("report.title")));
    out.append("</h1>\n<p class=\"verdict exit-").append(report.exit()).append("\">");
    out.append(escape(words.text("verify.verdict." + report.exit()))).append("</p>\n<p>");
    out.append(
        escape(
            words.text(
                "verify.counts",
                report.count(Check.Status.PASS),
                report.count(Check.Status.FAIL),
                report.count(Check.Status.NOT_APPLICABLE),
                report.count(Check.Status.NOT_CHECKED))));
    out.append("</p>\n<p>");
    out.append(escape(words.text("verify.log", report.origin(), report.size(), report.root())));
    out.append("<br>").append(escape(words.text("verify.phase", report.phase())));
    report
        .result()
        .ifPresent(r -> out.append("<br>").append(escape(words.text("verify.result", r))));
    out.append("</p>\n<h2>").append(escape(words.text("report.checks"))).append("</h2>\n<dl>\n");
    for (Check check : report.checks()) check(out, check, words);
    out.append("</dl>\n");
    sheet.ifPresent(
        text -> {
          out.append("<h2>").append(escape(words.text("report.protocol"))).append("</h2>\n<pre>");
          out.append(escape(text)).append("</pre>\n");
        });
    return out.append("</main>\n</html>\n").toString();
  }

  private static void check(StringBuilder out, Check check, Words words) {
    out.append("<div class=\"check ").append(check.status().id()).append("\"><dt>");
    out.append("<span class=\"id\">").append(check.id()).append("</span> ");
    out.append("<span class=\"mark\">");
    out.append(escape(words.text("check." + check.status().id()))).append("</span> — ");
    out.append(escape(words.text("check." + check.id()))).append("</dt>\n<dd>");
    out.append(escape(words.detail(check.why())));
    if (check.leaf() >= 0) {
      out.append("<br>").append(escape(words.text("verify.leaf", check.leaf())));
    }
    if (check.status() == Check.Status.FAIL) {
      String means = words.text("check." + check.id() + ".false");
      out.append("<br>").append(escape(words.text("verify.means", means)));
    }
    out.append("</dd></div>\n");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
