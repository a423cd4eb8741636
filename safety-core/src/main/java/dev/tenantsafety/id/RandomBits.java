package dev.tenantsafety.id;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Random bits of cryptographic quality that cost no garbage, which those of {@link SecureRandom} do: the key stream of
 * AES-256 in counter mode (NIST SP 800-38A, section 6.5), whose key and first counter come from a SecureRandom. What was
 * given out is wiped. Not safe for threads.
 */
final class RandomBits implements RandomGenerator {

    private static final int FETCHED_AT_A_TIME = 64;
    private static final int KEY_BYTES = 32;
    private static final int BLOCK_BYTES = 16;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private static final SecureRandom SEED = new SecureRandom();

    private final byte[] zeros = new byte[FETCHED_AT_A_TIME * Long.BYTES];
    private final byte[] fetched = new byte[zeros.length];
    private int next = fetched.length;
    /** Made when first needed: most processes create IDs of few of the kinds they read. */
    private @Nullable Cipher keyStream;

    @Override
    public long nextLong() {
        if (next == fetched.length) {
            fetch();
        }
        long bits = (long) LONGS.get(fetched, next);
        LONGS.set(fetched, next, 0L);
        next += Long.BYTES;
        return bits;
    }

    private void fetch() {
        try {
            if (keyStream == null) {
                keyStream = newKeyStream();
            }
            keyStream.update(zeros, 0, zeros.length, fetched, 0);
        } catch (GeneralSecurityException e) {
            SEED.nextBytes(fetched); // a platform without AES in counter mode: as good, not as fast
        }
        next = 0;
    }

    private Cipher newKeyStream() throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE, new SecretKeySpec(seed(KEY_BYTES), "AES"), new IvParameterSpec(seed(BLOCK_BYTES)));
        return cipher;
    }

    private byte[] seed(int count) {
        byte[] bytes = new byte[count];
        SEED.nextBytes(bytes);
        return bytes;
    }
}
