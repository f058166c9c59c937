package dev.capocomico.cluster.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.InetAddress;
import java.security.Signature;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelfSignedTest {
    @Test
    void a_certificate_is_signed_by_its_own_key_and_names_its_address() throws Exception {
        SelfSigned one = SelfSigned.of("capocomico", InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        assertThat(one.certificate().getVersion()).isEqualTo(3);
        assertThat(one.certificate().getSubjectX500Principal().getName()).isEqualTo("CN=capocomico");
        assertThat(one.certificate().getIssuerX500Principal())
                .isEqualTo(one.certificate().getSubjectX500Principal());
        assertThat(one.certificate().getSubjectAlternativeNames()).containsExactly(List.of(7, "127.0.0.1"));
        assertThat(one.certificate().getBasicConstraints()).as("no authority").isEqualTo(-1);
        assertThat(one.certificate().getSigAlgName()).isEqualTo("SHA256withECDSA");
        one.certificate().verify(one.certificate().getPublicKey());

        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(one.key());
        signature.update(new byte[] {1, 2, 3});
        byte[] signed = signature.sign();
        signature.initVerify(one.certificate());
        signature.update(new byte[] {1, 2, 3});
        assertThat(signature.verify(signed))
                .as("the key is that of the certificate")
                .isTrue();
    }

    @Test
    void no_clock_ends_a_certificate_before_its_process() throws Exception {
        SelfSigned one = SelfSigned.of("capocomico", InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        one.certificate().checkValidity(Date.from(Instant.parse("2000-01-01T00:00:00Z")));
        one.certificate().checkValidity(Date.from(Instant.parse("9999-12-31T23:59:59Z")));
    }

    @Test
    void each_has_a_key_and_a_number_of_its_own_and_its_key_is_not_shown() throws Exception {
        SelfSigned one = SelfSigned.of("capocomico", InetAddress.getByAddress(new byte[16]));
        SelfSigned other = SelfSigned.of("capocomico", InetAddress.getByAddress(new byte[16]));
        assertThat(one.certificate().getPublicKey())
                .isNotEqualTo(other.certificate().getPublicKey());
        assertThat(one.certificate().getSerialNumber())
                .isNotEqualTo(other.certificate().getSerialNumber())
                .isPositive();
        assertThat(one.toString()).isEqualTo("SelfSigned[CN=capocomico]");
    }

    @Test
    void elements_are_those_of_the_standard() {
        assertThat(hex(Der.objectIdentifier(1, 2, 840, 113549))).isEqualTo("06062a864886f70d");
        assertThat(hex(Der.integer(BigInteger.valueOf(128)))).isEqualTo("02020080");
        assertThat(hex(Der.octetString(new byte[127]))).startsWith("047f00").hasSize(2 * 129);
        assertThat(hex(Der.octetString(new byte[128]))).startsWith("04818000").hasSize(2 * 131);
        assertThat(hex(Der.octetString(new byte[256]))).startsWith("0482010000").hasSize(2 * 260);
        assertThat(hex(Der.sequence(Der.bool(true), Der.bool(false)))).isEqualTo("30060101ff010100");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
