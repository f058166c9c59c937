package dev.capocomico.cluster.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;

/**
 * A key on the curve P-256 that exists in memory only, and a certificate that the key has signed for itself. It is good for who
 * is given this very certificate to trust, and for nobody else.
 */
record SelfSigned(PrivateKey key, X509Certificate certificate) {
    private static final int SERIAL_BITS = 127;

    private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.objectIdentifier(1, 2, 840, 10045, 4, 3, 2));
    private static final byte[] COMMON_NAME = Der.objectIdentifier(2, 5, 4, 3);
    private static final byte[] BASIC_CONSTRAINTS = Der.objectIdentifier(2, 5, 29, 19);
    private static final byte[] SUBJECT_ALTERNATIVE_NAME = Der.objectIdentifier(2, 5, 29, 17);
    private static final int IP_ADDRESS = 7;
    private static final BigInteger VERSION_3 = BigInteger.TWO;

    /** The key lives as long as its process does, so no clock, right or wrong, ends the certificate earlier. */
    private static final byte[] VALIDITY =
            Der.sequence(Der.utcTime("000101000000Z"), Der.generalizedTime("99991231235959Z"));

    /** Makes a new key and its certificate. */
    static SelfSigned of(String commonName, InetAddress address) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        byte[] name = Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.utf8String(commonName))));
        byte[] toBeSigned = Der.sequence(
                Der.explicit(0, Der.integer(VERSION_3)),
                Der.integer(new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE)),
                ECDSA_WITH_SHA256,
                name,
                VALIDITY,
                name,
                // The JDK gives a public key in the form in which a certificate holds it.
                pair.getPublic().getEncoded(),
                Der.explicit(3, extensions(address)));
        byte[] encoded = Der.sequence(toBeSigned, ECDSA_WITH_SHA256, Der.bitString(sign(toBeSigned, pair)));
        X509Certificate certificate = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        return new SelfSigned(pair.getPrivate(), certificate);
    }

    /** It vouches for nobody, and names the address at which its owner is reached. */
    private static byte[] extensions(InetAddress address) {
        return Der.sequence(
                Der.sequence(BASIC_CONSTRAINTS, Der.bool(true), Der.octetString(Der.sequence())),
                Der.sequence(
                        SUBJECT_ALTERNATIVE_NAME,
                        Der.octetString(Der.sequence(Der.implicit(IP_ADDRESS, address.getAddress())))));
    }

    private static byte[] sign(byte[] bytes, KeyPair pair) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(bytes);
        return signature.sign();
    }

    @Override
    public String toString() {
        return "SelfSigned[" + certificate.getSubjectX500Principal() + "]";
    }
}
