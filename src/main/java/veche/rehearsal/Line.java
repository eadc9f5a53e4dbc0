package veche.rehearsal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// A connection to a server that is driven byte by byte: what no HTTP client would send can be sent
/// on it. Not for threads to share.
final class Line implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;
  private static final int LONGEST_LINE = 16_384;

  /// @param open whether the server keeps the connection
  record Reply(int status, byte[] body, boolean open) {}

  private final Socket socket;
  private final InputStream in;

  Line(int port) throws IOException {
    socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /// Nothing more will be sent; what the server still says can be read.
  void hangUp() throws IOException {
    socket.shutdownOutput();
  }

  /// @param head whether the answer to a HEAD is read, which announces a body that never comes
  Reply read(boolean head) throws IOException {
    while (true) {
      String[] status = line().split(" ", 3);
      if (status.length < 2 || !status[0].startsWith("HTTP/1.")) {
        throw new IOException("not an answer: " + status[0]);
      }
      int code = Integer.parseInt(status[1], 10);
      Map<String, String> headers = new HashMap<>();
      for (String line = line(); !line.isEmpty(); line = line()) {
        int colon = line.indexOf(':');
        if (colon < 1) throw new IOException("not a header");
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      if (code / 100 == 1 && code != 101) continue;
      boolean open =
          !"close".equalsIgnoreCase(headers.get("connection")) && status[0].equals("HTTP/1.1");
      if (head || code == 204 || code == 304) return new Reply(code, new byte[0], open);
      if ("chunked".equals(headers.get("transfer-encoding"))) {
        return new Reply(code, chunks(), open);
      }
      String length = headers.get("content-length");
      if (length != null) {
        return new Reply(code, exactly(Integer.parseInt(length, 10)), open);
      }
      return new Reply(code, in.readAllBytes(), false);
    }
  }

  private byte[] chunks() throws IOException {
    var out = new ByteArrayOutputStream();
    while (true) {
      int length = Integer.parseInt(line(), 16);
      out.writeBytes(exactly(length));
      line();
      if (length == 0) return out.toByteArray();
    }
  }

  private byte[] exactly(int length) throws IOException {
    byte[] out = in.readNBytes(length);
    if (out.length < length) throw new EOFException();
    return out;
  }

  private String line() throws IOException {
    var out = new ByteArrayOutputStream();
    while (true) {
      int b = in.read();
      if (b < 0) throw new EOFException();
      if (b == '\n') break;
      if (out.size() > LONGEST_LINE) throw new IOException("a line without an end");
      out.write(b);
    }
    return out.toString(StandardCharsets.ISO_8859_1).strip();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
