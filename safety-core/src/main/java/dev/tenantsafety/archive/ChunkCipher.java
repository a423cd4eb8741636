package dev.tenantsafety.archive;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts the chunks of one archive: AES-256-GCM (NIST SP 800-38D) with a nonce of table and chunk number. No nonce comes
 * twice, because the data key is of one archive and each chunk is written once.
 */
final class ChunkCipher {

    private static final int TAG_BITS = 128;
    private static final int NONCE_BYTES = 12;
    private static final int KEY_BITS = 256;

    private final SecretKey dataKey;

    ChunkCipher(SecretKey dataKey) {
        this.dataKey = dataKey;
    }

    static SecretKey newDataKey() throws GeneralSecurityException {
        KeyGenerator generator = KeyGenerator.getInstance("AES");
        generator.init(KEY_BITS);
        return generator.generateKey();
    }

    byte[] encrypt(int table, int chunk, byte[] packed) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, table, chunk).doFinal(packed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "Chunk " + chunk + " of table " + table + " cannot be encrypted: " + e.getMessage()
                            + ". Check that the data key is an AES key.",
                    e);
        }
    }

    byte[] decrypt(int table, int chunk, byte[] stored) throws GeneralSecurityException {
        if (stored.length < TAG_BITS / Byte.SIZE) {
            // The JDK throws a ProviderException of its own for these.
            throw new AEADBadTagException("too short for a tag");
        }
        return cipher(Cipher.DECRYPT_MODE, table, chunk).doFinal(stored);
    }

    private Cipher cipher(int mode, int table, int chunk) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] nonce = ByteBuffer.allocate(NONCE_BYTES)
                .putInt(0)
                .putInt(table)
                .putInt(chunk)
                .array();
        cipher.init(mode, dataKey, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD((SealText.FORMAT + " " + table + " " + chunk).getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }
}
