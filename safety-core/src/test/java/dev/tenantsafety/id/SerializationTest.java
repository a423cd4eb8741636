package dev.tenantsafety.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SerializationTest {

    @Test
    void idsAndRefusalsComeBack() throws Exception {
        SiteId site = SiteId.create();
        assertThat(read(written(site))).isEqualTo(site);
        assertThat(read(written(new AccountId(12314)))).isEqualTo(new AccountId(12314));
        assertThat(read(written(new RealmId("acme")))).isEqualTo(new RealmId("acme"));
        IllegalIdException exception = new IllegalIdException(Diagnosis.of(AppId.KIND, site.toString()));
        assertThat(((IllegalIdException) read(written(exception))).refusal()).isEqualTo(exception.refusal());
    }

    /** The stream of an app ID with the bytes of a site's UUID put in: only the constructor can notice. */
    @Test
    void aForgedStreamCannotMakeAnIdOfTheWrongKind() throws Exception {
        AppId app = AppId.create();
        SiteId site = SiteId.create();
        byte[] stream = written(app);
        replace(
                stream,
                bytes(app.uuid().getMostSignificantBits()),
                bytes(site.uuid().getMostSignificantBits()));
        replace(
                stream,
                bytes(app.uuid().getLeastSignificantBits()),
                bytes(site.uuid().getLeastSignificantBits()));
        assertThatThrownBy(() -> read(stream))
                .isInstanceOf(InvalidObjectException.class)
                .rootCause()
                .isInstanceOf(IllegalIdException.class)
                .hasMessageContaining(site.uuid() + " carries the tag of a site ID (SiteId)");
    }

    @Test
    void aForgedStreamCannotMakeANegativeNumber() throws Exception {
        byte[] stream = written(new AccountId(0x0123_4567_89ab_cdefL));
        replace(stream, bytes(0x0123_4567_89ab_cdefL), bytes(-1));
        assertThatThrownBy(() -> read(stream))
                .isInstanceOf(InvalidObjectException.class)
                .rootCause()
                .hasMessageContaining("got the number -1");
    }

    private static byte[] bytes(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static void replace(byte[] stream, byte[] old, byte[] replacement) {
        for (int i = 0; i + old.length <= stream.length; i++) {
            if (Arrays.equals(stream, i, i + old.length, old, 0, old.length)) {
                System.arraycopy(replacement, 0, stream, i, old.length);
                return;
            }
        }
        throw new AssertionError(
                "The stream does not hold " + new UUID(0, ByteBuffer.wrap(old).getLong()));
    }

    private static byte[] written(Object object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        return bytes.toByteArray();
    }

    @SuppressWarnings("BanSerializableRead")
    private static Object read(byte[] stream) throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(stream))) {
            return in.readObject();
        }
    }
}
