package veche;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import java.io.IOException;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

/// The browser that plays the stories can do what the page needs, and axe sees what it should.
class BrowserIT {
  @Test
  void itComputesWithBigIntegersAndHasThePlatformsRandomness() throws IOException {
    try (var browser = Browser.open()) {
      var page = browser.chromium.newPage();
      var power = page.evaluate("(3n ** 200n).toString()");
      var random = page.evaluate("crypto.getRandomValues(new Uint8Array(32)).length");

      assertThat(power).isEqualTo(BigInteger.valueOf(3).pow(200).toString());
      assertThat(random).isEqualTo(32);
    }
  }

  @Test
  void axeFindsAPictureWithoutWords() throws IOException {
    try (var browser = Browser.open()) {
      var page = browser.chromium.newPage();
      page.setContent("<html lang=en><title>t</title><main><h1>t</h1><img src=x></main></html>");

      assertThat(new AxeBuilder(page).analyze().getViolations())
          .extracting(violation -> violation.getId())
          .containsExactly("image-alt");
    }
  }
}
