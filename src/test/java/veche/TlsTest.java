package veche;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import veche.crypto.Entropy;
import veche.http.Service;
import veche.http.Settings;

/// operation §1: its own key and certificate, made here for the test.
class TlsTest {
  private static final String PASSWORD = "only-for-this-test";

  @TempDir private Path folder;

  @Test
  void theServerSpeaksTlsByItsOwnFilesAndOnlyTheNewerVersions() throws Exception {
    KeyStore store = certificate();
    Path key =
        pem("key.pem", "PRIVATE KEY", store.getKey("veche", PASSWORD.toCharArray()).getEncoded());
    Path chain = pem("cert.pem", "CERTIFICATE", store.getCertificate("veche").getEncoded());
    Path web = Files.createDirectories(folder.resolve("web"));
    Files.writeString(web.resolve("index.html"), "<!doctype html><title>index</title>");
    Settings settings =
        new Settings(
            "localhost",
            "127.0.0.1",
            0,
            0,
            folder.resolve("data"),
            List.of(),
            true,
            Optional.of(new Settings.Tls(key, chain)),
            List.of());
    try (Service service =
        Service.start(settings, Optional.empty(), web, Entropy.system(), InstantSource.system())) {
      URI page = URI.create("https://localhost:" + service.server().port() + "/");

      var reply = get(client(store, "TLSv1.3"), page);
      assertThat(reply.statusCode()).isEqualTo(200);
      assertThat(reply.headers().firstValue("strict-transport-security")).isPresent();
      assertThat(get(client(store, "TLSv1.2"), page).statusCode()).isEqualTo(200);
      assertThatThrownBy(() -> get(client(store, "TLSv1.1"), page)).isInstanceOf(IOException.class);
      assertThatThrownBy(
              () ->
                  get(
                      HttpClient.newHttpClient(),
                      URI.create("http://localhost:" + page.getPort() + "/")))
          .isInstanceOf(IOException.class);
    }
  }

  private KeyStore certificate() throws Exception {
    Path file = folder.resolve("store.p12");
    Process made =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "veche",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    assertThat(made.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(made.exitValue()).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private Path pem(String name, String block, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        folder.resolve(name),
        "-----BEGIN " + block + "-----\n" + body + "\n-----END " + block + "-----\n");
  }

  private static HttpClient client(KeyStore store, String version) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("veche", store.getCertificate("veche"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {version});
    return HttpClient.newBuilder().sslContext(context).sslParameters(parameters).build();
  }

  private static HttpResponse<String> get(HttpClient client, URI uri) throws Exception {
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
