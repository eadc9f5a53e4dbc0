package veche.view.ballots;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import veche.wire.Malformed;

/// XML as strangers send it: no document types, no entities of their own, nothing from outside;
/// UTF-8 alone; nothing between two angle brackets (a text, a tag with its attributes, a comment)
/// longer than [#LONGEST] bytes, so that a parser never holds more than that.
final class Xml {
  private static final int LONGEST = 1 << 20;

  private Xml() {}

  /// Texts come in pieces.
  static XMLStreamReader reader(InputStream in) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    // what is wrong is thrown; nothing is printed
    factory.setXMLReporter((message, type, about, at) -> {});
    return factory.createXMLStreamReader(
        new InputStreamReader(new Bounded(in), StandardCharsets.UTF_8.newDecoder()));
  }

  static boolean isText(int event) {
    return event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA;
  }

  private static final class Bounded extends InputStream {
    private final InputStream in;
    private int run;

    Bounded(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      if (b >= 0) take((byte) b);
      return b;
    }

    @Override
    public int read(byte[] to, int at, int length) throws IOException {
      int n = in.read(to, at, length);
      for (int i = at; i < at + n; i++) take(to[i]);
      return n;
    }

    private void take(byte b) {
      run = b == '<' || b == '>' ? 0 : run + 1;
      if (run > LONGEST) throw new Malformed("a text or tag is too long");
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
