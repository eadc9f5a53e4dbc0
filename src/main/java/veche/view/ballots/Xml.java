package veche.view.ballots;

import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// XML as strangers send it: no document types, no entities of their own, nothing from outside;
/// UTF-8 alone.
final class Xml {
  private Xml() {}

  static XMLStreamReader reader(InputStream in) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    // what is wrong is thrown; nothing is printed
    factory.setXMLReporter((message, type, about, at) -> {});
    return factory.createXMLStreamReader(
        new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
  }
}
