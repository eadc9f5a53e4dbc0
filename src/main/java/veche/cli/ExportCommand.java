package veche.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import veche.crypto.Ciphertexts;
import veche.crypto.Entropy;
import veche.crypto.Point;
import veche.crypto.Points;
import veche.crypto.VmnTranscript;
import veche.election.Draft;
import veche.record.Bundle;
import veche.record.Mixes;
import veche.record.Record;
import veche.trustee.Mix;
import veche.view.Words;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// protocol §13 `veche export-verificatum`: the mixes of a ranked contest as Verificatum's own
/// verifier reads them, so that they can be checked without a line of our code. The list that went
/// in is found from the log, not from any mixer. Exit codes: 0 written (and accepted, where a
/// verifier was run), 1 the verifier refuses, 2 there is nothing to write or no room for it.
@Command(
    name = "export-verificatum",
    mixinStandardHelpOptions = true,
    description = {
      "Записывает перемешивания вопроса для проверяющей программы vmnv.",
      "Writes the mixes of a contest for the verifier vmnv."
    })
public final class ExportCommand implements Callable<Integer> {
  private static final PrintStream OUT = System.out;

  @Parameters(paramLabel = "BUNDLE", description = "папка или zip / a folder or a zip")
  private Path bundle = Path.of("");

  @Option(
      names = "--contest",
      required = true,
      paramLabel = "K",
      description = "вопрос: имя или номер с 1 / the contest: its id or its number from 1")
  private String contest = "";

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "куда / where to")
  private Path out = Path.of("");

  @Option(
      names = "--vmnv",
      paramLabel = "FILE",
      description = "и проверить этой программой / and run this verifier")
  private @Nullable Path vmnv;

  @Option(names = "--lang", paramLabel = "ru|en", description = "язык / language")
  private String language = Locale.getDefault().getLanguage();

  @Override
  public Integer call() throws IOException {
    Words words = Words.in(language);
    if (Files.exists(out) && !empty(out)) {
      throw new Malformed(out + ": expected an empty folder or none");
    }
    int mixes;
    int k;
    try (Bundle source = Bundle.open(bundle)) {
      Record record = Bundle.fold(source, Entropy.system());
      k = position(record.draft());
      Map<String, Bytes> files = files(record, source, k);
      mixes = record.mixes().orElseThrow().done(k).size();
      for (Map.Entry<String, Bytes> file : files.entrySet()) {
        Path path = out.resolve(file.getKey());
        Files.createDirectories(path.resolveSibling("."));
        Files.write(path, file.getValue().toArray());
      }
      OUT.println(words.text("export.written", files.size(), mixes));
    } catch (Bundle.Unusable e) {
      throw new Malformed(String.valueOf(e.getMessage()));
    }
    Optional<Path> program = Optional.ofNullable(vmnv).or(Vmnv::onPath);
    if (program.isEmpty()) {
      OUT.println(words.text("export.no-vmnv"));
      return 0;
    }
    Vmnv.Verdict verdict = Vmnv.run(program.get(), out, VmnTranscript.auxsid(k), 1, mixes);
    OUT.println(
        words.text(verdict.accepted() ? "export.accepted" : "export.refused", verdict.why()));
    return verdict.accepted() ? 0 : 1;
  }

  private static boolean empty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  private int position(Draft draft) {
    List<String> ids = draft.contests().stream().map(c -> c.id()).toList();
    int k = ids.indexOf(contest);
    if (k < 0 && contest.matches("[1-9][0-9]{0,2}")) k = Integer.parseInt(contest) - 1;
    if (k < 0 || k >= ids.size()) throw new Malformed("--contest: expected one of " + ids);
    return k;
  }

  /// The files by their names inside the folder.
  static Map<String, Bytes> files(Record record, Bundle bundle, int k) {
    Mixes mixes = record.mixes().orElseThrow(() -> new Malformed("no ranked contest was closed"));
    if (!mixes.contests().contains(k)) throw new Malformed("--contest: it is not ranked");
    List<Mixes.Done> done = mixes.done(k);
    if (done.size() < record.draft().lambda()) {
      throw new Malformed(
          "--contest: "
              + done.size()
              + " of "
              + record.draft().lambda()
              + " mixes stand in this record");
    }
    Ciphertexts input = mixes.input(k).orElseThrow();
    Point key = record.manifest().orElseThrow().key();
    Map<String, Bytes> out = new LinkedHashMap<>();
    out.put(
        "protInfo.xml",
        Bytes.utf8(protocol(record.draft(), record.eid().orElseThrow(), done.size())));
    out.put("nizkp/version", Bytes.utf8(VmnTranscript.VERSION));
    out.put("nizkp/type", Bytes.utf8("shuffling"));
    out.put("nizkp/auxsid", Bytes.utf8(VmnTranscript.auxsid(k)));
    out.put("nizkp/width", Bytes.utf8("1"));
    out.put("nizkp/FullPublicKey.bt", Points.of(List.of(Point.GENERATOR, key)).tree());
    out.put("nizkp/Ciphertexts.bt", input.tree());
    out.put("nizkp/proofs/activethreshold", Bytes.utf8(String.valueOf(done.size())));
    for (int l = 1; l <= done.size(); l++) {
      Mixes.Done one = done.get(l - 1);
      Mix.Statement s = one.statement();
      String number = "%02d.bt".formatted(l);
      out.put(
          "nizkp/proofs/PermutationCommitment" + number, blob(bundle, s.permutationCommitment()));
      out.put("nizkp/proofs/PoSCommitment" + number, blob(bundle, s.commitment()));
      out.put("nizkp/proofs/PoSReply" + number, blob(bundle, s.reply()));
      String list =
          l < done.size() ? "nizkp/proofs/Ciphertexts" + number : "nizkp/ShuffledCiphertexts.bt";
      out.put(list, blob(bundle, one.listBlob()));
    }
    return out;
  }

  private static Bytes blob(Bundle bundle, Bytes sha256) {
    return bundle.get(sha256).orElseThrow(() -> new Malformed("a proof file is missing"));
  }

  /// What Verificatum calls the protocol info file. vmnv reads versions, sizes and the group from
  /// it; addresses and keys of parties it only demands.
  private static String protocol(Draft draft, Bytes eid, int mixes) {
    List<String> lines = new ArrayList<>();
    lines.add("<?xml version=\"1.0\" encoding=\"UTF-8\" ?>");
    lines.add("<protocol>");
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("version", VmnTranscript.VERSION);
    fields.put("sid", VmnTranscript.sid(eid));
    fields.put("name", "Veche");
    fields.put("descr", "");
    fields.put("nopart", String.valueOf(draft.trustees().size()));
    fields.put("statdist", "100");
    fields.put("bullboard", "com.verificatum.protocol.com.BullBoardBasicHTTPW");
    fields.put("thres", String.valueOf(mixes));
    fields.put("pgroup", VmnTranscript.GROUP);
    fields.put("keywidth", "1");
    fields.put("vbitlen", "128");
    fields.put("vbitlenro", "256");
    fields.put("ebitlen", "128");
    fields.put("ebitlenro", "256");
    fields.put("prg", "SHA-256");
    fields.put("rohash", "SHA-256");
    fields.put("corr", "noninteractive");
    fields.put("width", "1");
    fields.put("maxciph", "0");
    fields.forEach((name, value) -> lines.add("   " + element(name, value)));
    for (Draft.Trustee trustee : draft.trustees()) {
      lines.add("   <party>");
      lines.add("      " + element("name", "Trustee" + trustee.index()));
      lines.add("      " + element("srtbyrole", "anyrole"));
      lines.add("      " + element("descr", ""));
      lines.add("      " + element("pkey", "none"));
      lines.add("      " + element("http", "http://localhost:" + (8040 + trustee.index())));
      lines.add("      " + element("hint", "localhost:" + (4040 + trustee.index())));
      lines.add("   </party>");
    }
    lines.add("</protocol>");
    return String.join("\n", lines);
  }

  private static String element(String name, String value) {
    return "<" + name + ">" + value + "</" + name + ">";
  }
}
