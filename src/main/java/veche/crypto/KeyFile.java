package veche.crypto;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.misc.MiscObjectIdentifiers;
import org.bouncycastle.asn1.misc.ScryptParams;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.paddings.PaddedBufferedBlockCipher;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;
import veche.wire.Bytes;
import veche.wire.Malformed;

/// log §9 Key file: one secret key as encrypted PKCS#8 (PBES2, scrypt, AES-256-CBC) in PEM, which
/// stock OpenSSL reads too. It is written once, durably, for its owner's eyes only.
public final class KeyFile {
  public enum Kind {
    ED25519,
    P256
  }

  /// The secret of a key file. Its text never shows it.
  public record Key(Kind kind, Bytes secret) {
    public Key {
      if (secret.length() != 32) throw new Malformed("secret of " + secret.length() + " bytes");
      if (kind == Kind.P256 && Scalar.decode(secret).isZero()) throw new Malformed("zero secret");
    }

    @Override
    public String toString() {
      return "Key[" + kind + "]";
    }
  }

  private static final String TITLE = "ENCRYPTED PRIVATE KEY";
  private static final int MAX_BYTES = 1 << 16;

  // OpenSSL's tools refuse N of 2^15 and more for its memory; five passes make up for it
  private static final int COST = 1 << 14;
  private static final int BLOCK = 8;
  private static final int PASSES = 5;
  private static final int SALT = 16;
  private static final int AES_KEY = 32;
  private static final int AES_BLOCK = 16;

  private KeyFile() {}

  /// Writes a new file; one that exists is never replaced.
  public static void write(Path file, Kind kind, Bytes secret, char[] passphrase, Entropy entropy)
      throws IOException {
    Key key = new Key(kind, secret);
    Path target = file.toAbsolutePath();
    if (Files.exists(target)) throw new FileAlreadyExistsException(file.toString());
    Path folder = target.getParent();
    if (folder == null) throw new FileAlreadyExistsException(file.toString());
    Path draft = Files.createTempFile(folder, ".key", ".new", ownerOnly(folder));
    try {
      byte[] pem = pem(encrypt(plain(key), passphrase, entropy));
      try (FileChannel out = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(pem);
        while (rest.hasRemaining()) out.write(rest);
        out.force(true);
      }
      // a link, unlike a rename, fails when somebody made the file meanwhile
      Files.createLink(target, draft);
    } finally {
      Files.deleteIfExists(draft);
    }
    syncFolder(folder);
  }

  /// A wrong passphrase and a damaged file look alike: both are Malformed.
  public static Key read(Path file, char[] passphrase) throws IOException {
    if (Files.size(file) > MAX_BYTES) throw new Malformed("not a key file: too large");
    EncryptedPrivateKeyInfo encrypted;
    try (PemReader in =
        new PemReader(
            new InputStreamReader(
                new ByteArrayInputStream(Files.readAllBytes(file)), StandardCharsets.US_ASCII))) {
      PemObject pem = in.readPemObject();
      if (pem == null || !pem.getType().equals(TITLE)) {
        throw new Malformed("not an encrypted key file");
      }
      encrypted = EncryptedPrivateKeyInfo.getInstance(pem.getContent());
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new Malformed("not an encrypted key file");
    }
    return key(decrypt(encrypted, passphrase));
  }

  // ---- the key inside

  private static byte[] plain(Key key) throws IOException {
    PrivateKeyInfo info =
        switch (key.kind) {
          case ED25519 ->
              new PrivateKeyInfo(
                  new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519),
                  new DEROctetString(key.secret.toArray()));
          case P256 -> {
            Bytes publicKey = Point.base(Scalar.decode(key.secret)).encoding();
            ECPrivateKey inner =
                new ECPrivateKey(
                    256,
                    new BigInteger(1, key.secret.toArray()),
                    new DERBitString(publicKey.toArray()),
                    null);
            yield new PrivateKeyInfo(
                new AlgorithmIdentifier(
                    X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1),
                inner);
          }
        };
    return info.getEncoded("DER");
  }

  private static Key key(byte[] plain) throws IOException {
    try {
      PrivateKeyInfo info = PrivateKeyInfo.getInstance(plain);
      ASN1ObjectIdentifier algorithm = info.getPrivateKeyAlgorithm().getAlgorithm();
      ASN1Encodable inner = info.parsePrivateKey();
      if (algorithm.equals(EdECObjectIdentifiers.id_Ed25519)) {
        return new Key(Kind.ED25519, Bytes.of(ASN1OctetString.getInstance(inner).getOctets()));
      }
      if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)
          && SECObjectIdentifiers.secp256r1.equals(info.getPrivateKeyAlgorithm().getParameters())) {
        BigInteger secret = ECPrivateKey.getInstance(inner).getKey();
        if (secret.signum() <= 0 || secret.compareTo(Scalar.ORDER) >= 0) throw unreadable();
        return new Key(Kind.P256, new Scalar(secret).encoding());
      }
      throw new Malformed("a key file of another kind of key");
    } catch (IllegalArgumentException | IllegalStateException | IOException e) {
      throw unreadable();
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  // ---- the envelope

  private static EncryptedPrivateKeyInfo encrypt(byte[] plain, char[] passphrase, Entropy entropy) {
    byte[] salt = entropy.bytes(SALT).toArray();
    byte[] iv = entropy.bytes(AES_BLOCK).toArray();
    ScryptParams scrypt = new ScryptParams(salt, COST, BLOCK, PASSES, AES_KEY);
    PBES2Parameters parameters =
        new PBES2Parameters(
            new KeyDerivationFunc(MiscObjectIdentifiers.id_scrypt, scrypt),
            new EncryptionScheme(NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(iv)));
    try {
      return new EncryptedPrivateKeyInfo(
          new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBES2, parameters),
          cipher(true, scrypt, iv, passphrase, plain));
    } catch (CryptoException e) {
      throw new IllegalStateException("encryption with padding cannot fail", e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static byte[] decrypt(EncryptedPrivateKeyInfo encrypted, char[] passphrase) {
    ScryptParams scrypt;
    byte[] iv;
    try {
      AlgorithmIdentifier scheme = encrypted.getEncryptionAlgorithm();
      require(scheme.getAlgorithm(), PKCSObjectIdentifiers.id_PBES2);
      PBES2Parameters parameters = PBES2Parameters.getInstance(scheme.getParameters());
      require(parameters.getKeyDerivationFunc().getAlgorithm(), MiscObjectIdentifiers.id_scrypt);
      EncryptionScheme cipher = parameters.getEncryptionScheme();
      require(cipher.getAlgorithm(), NISTObjectIdentifiers.id_aes256_CBC);
      scrypt = ScryptParams.getInstance(parameters.getKeyDerivationFunc().getParameters());
      iv = ASN1OctetString.getInstance(cipher.getParameters()).getOctets();
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new Malformed("not an encrypted key file");
    }
    checkCost(scrypt);
    if (iv.length != AES_BLOCK) throw new Malformed("not an encrypted key file");
    try {
      return cipher(false, scrypt, iv, passphrase, encrypted.getEncryptedData());
    } catch (CryptoException | RuntimeException e) {
      throw unreadable();
    }
  }

  /// A hostile file must not make us allocate or compute without end.
  private static void checkCost(ScryptParams scrypt) {
    boolean fair =
        atMost(scrypt.getCostParameter(), 1 << 17)
            && scrypt.getCostParameter().bitCount() == 1
            && scrypt.getCostParameter().intValue() > 1
            && atMost(scrypt.getBlockSize(), BLOCK)
            && atMost(scrypt.getParallelizationParameter(), 16)
            && (scrypt.getKeyLength() == null
                || scrypt.getKeyLength().equals(BigInteger.valueOf(AES_KEY)));
    if (!fair) throw new Malformed("key file with other scrypt parameters than are allowed");
  }

  private static boolean atMost(BigInteger value, int limit) {
    return value.signum() > 0 && value.compareTo(BigInteger.valueOf(limit)) <= 0;
  }

  private static void require(ASN1ObjectIdentifier found, ASN1ObjectIdentifier expected) {
    if (!found.equals(expected)) {
      throw new Malformed("key file that is not encrypted with scrypt and AES-256-CBC");
    }
  }

  private static byte[] cipher(
      boolean encrypt, ScryptParams scrypt, byte[] iv, char[] passphrase, byte[] input)
      throws CryptoException {
    ByteBuffer password = StandardCharsets.UTF_8.encode(CharBuffer.wrap(passphrase));
    byte[] utf8 = new byte[password.remaining()];
    password.get(utf8);
    byte[] key =
        SCrypt.generate(
            utf8,
            scrypt.getSalt(),
            scrypt.getCostParameter().intValueExact(),
            scrypt.getBlockSize().intValueExact(),
            scrypt.getParallelizationParameter().intValueExact(),
            AES_KEY);
    Arrays.fill(utf8, (byte) 0);
    Arrays.fill(password.array(), (byte) 0);
    PaddedBufferedBlockCipher aes =
        new PaddedBufferedBlockCipher(CBCBlockCipher.newInstance(AESEngine.newInstance()));
    aes.init(encrypt, new ParametersWithIV(new KeyParameter(key), iv));
    Arrays.fill(key, (byte) 0);
    byte[] out = new byte[aes.getOutputSize(input.length)];
    int length = aes.processBytes(input, 0, input.length, out, 0);
    length += aes.doFinal(out, length);
    byte[] exact = Arrays.copyOf(out, length);
    Arrays.fill(out, (byte) 0);
    return exact;
  }

  private static Malformed unreadable() {
    return new Malformed("wrong passphrase, or a damaged key file");
  }

  private static byte[] pem(EncryptedPrivateKeyInfo encrypted) throws IOException {
    StringWriter text = new StringWriter();
    try (PemWriter out = new PemWriter(text)) {
      out.writeObject(new PemObject(TITLE, encrypted.getEncoded("DER")));
    }
    return text.toString().replace("\r\n", "\n").getBytes(StandardCharsets.US_ASCII);
  }

  // ---- the folder

  private static boolean isPosix(Path folder) {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static FileAttribute<?>[] ownerOnly(Path folder) {
    if (!isPosix(folder)) return new FileAttribute<?>[0];
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
    };
  }

  /// The name must survive a crash too; Windows keeps it by itself and opens no folders.
  private static void syncFolder(Path folder) throws IOException {
    if (!isPosix(folder)) return;
    try (FileChannel channel = FileChannel.open(folder, Set.of(StandardOpenOption.READ))) {
      channel.force(true);
    }
  }
}
