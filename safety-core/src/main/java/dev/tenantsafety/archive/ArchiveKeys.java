package dev.tenantsafety.archive;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/**
 * Wraps the data key of an archive with a key of the user's, and unwraps it. Each encrypted archive has a random data key
 * of its own, which stands in it wrapped. Implement it over a key management service, or take {@link #of}.
 *
 * <p>Implementations must be safe for use by many threads.
 */
public interface ArchiveKeys {

    /**
     * Wraps a data key.
     *
     * @param keyId the ID of the key to wrap it with
     * @param dataKey an AES key of 256 bits
     * @return the wrapped key, at most 4096 bytes
     * @throws GeneralSecurityException if there is no such key, or it cannot wrap
     */
    byte[] wrap(String keyId, SecretKey dataKey) throws GeneralSecurityException;

    /**
     * Unwraps a data key. Key ID and wrapped key come from an archive that nobody has checked yet.
     *
     * @param keyId the ID of the key that wrapped it
     * @param wrapped the wrapped key
     * @return the AES key of 256 bits
     * @throws GeneralSecurityException if there is no such key, or the wrapped key was not made with it
     */
    SecretKey unwrap(String keyId, byte[] wrapped) throws GeneralSecurityException;

    /**
     * One key that the process holds, with AES Key Wrap (RFC 3394).
     *
     * @param keyId its ID; any other is refused
     * @param key an AES key of 128, 192 or 256 bits
     * @return the keys
     */
    static ArchiveKeys of(String keyId, SecretKey key) {
        return new ArchiveKeys() {
            @Override
            public byte[] wrap(String asked, SecretKey dataKey) throws GeneralSecurityException {
                return cipher(asked, Cipher.WRAP_MODE).wrap(dataKey);
            }

            @Override
            public SecretKey unwrap(String asked, byte[] wrapped) throws GeneralSecurityException {
                return (SecretKey) cipher(asked, Cipher.UNWRAP_MODE).unwrap(wrapped, "AES", Cipher.SECRET_KEY);
            }

            private Cipher cipher(String asked, int mode) throws GeneralSecurityException {
                if (!asked.equals(keyId)) {
                    throw new GeneralSecurityException(
                            "Only the key " + Shown.of(keyId) + " is here, and " + Shown.of(asked) + " is asked for.");
                }
                Cipher cipher = Cipher.getInstance("AESWrap");
                cipher.init(mode, key);
                return cipher;
            }
        };
    }
}
