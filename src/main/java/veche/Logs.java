package veche;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import java.util.Iterator;
import java.util.List;
import org.slf4j.LoggerFactory;

/// operation §1 `log`: the form in which a server tells its operator what happened, on the error
/// stream. What is told is the same in both: no address, no body, no key.
final class Logs {
  static final String TEXT = "text";
  static final String JSON = "json";
  static final List<String> FORMS = List.of(TEXT, JSON);

  private Logs() {}

  /// From here on. `text` is how the process began.
  static void form(String form) {
    if (!form.equals(JSON)) return;
    Logger root = context().getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Iterator<Appender<ILoggingEvent>> appenders = root.iteratorForAppenders();
    while (appenders.hasNext()) {
      if (appenders.next() instanceof ConsoleAppender<ILoggingEvent> console) {
        console.setEncoder(encoder());
      }
    }
  }

  /// One JSON object a line.
  static JsonEncoder encoder() {
    JsonEncoder out = new JsonEncoder();
    out.setContext(context());
    out.setWithSequenceNumber(false);
    out.setWithNanoseconds(false);
    out.setWithContext(false);
    out.setWithMarkers(false);
    out.setWithMDC(false);
    out.setWithMessage(false);
    out.setWithArguments(false);
    out.setWithFormattedMessage(true);
    out.start();
    return out;
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }
}
