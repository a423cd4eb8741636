package dev.tenantsafety.archive;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * Who signs an archive. The seal covers each bit of the file. Safe for use by many threads.
 */
public final class ArchiveSeal {

    static final String ED25519 = "Ed25519";
    static final String HMAC = "HMAC-SHA256";

    private final String keyId;
    private final String algorithm;
    private final Signer signer;

    private ArchiveSeal(String keyId, String algorithm, Signer signer) {
        this.keyId = keyId;
        this.algorithm = algorithm;
        this.signer = signer;
    }

    /**
     * Nobody signs: the seal finds accidents, and no intent. A reader takes such archives only if told to.
     *
     * @return the seal
     */
    public static ArchiveSeal unsigned() {
        return new ArchiveSeal(SealText.NO_KEY, SealText.UNSIGNED, message -> new byte[0]);
    }

    /**
     * Signs with a private key (Ed25519, RFC 8032): who has the public key can check, and cannot sign.
     *
     * @param keyId by which the reader finds the public key: 1 to 200 letters, digits and {@code . _ : / -}
     * @param key an Ed25519 key
     * @return the seal
     * @throws IllegalArgumentException if the key ID cannot stand in an archive, or the key is no Ed25519 key
     */
    public static ArchiveSeal ed25519(String keyId, PrivateKey key) {
        return tried(new ArchiveSeal(SealText.requireKeyId(keyId), ED25519, message -> {
            Signature signature = Signature.getInstance(ED25519);
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        }));
    }

    /**
     * Signs with a secret key (HMAC-SHA256, RFC 2104): who can check can also sign.
     *
     * @param keyId by which the reader finds the key: 1 to 200 letters, digits and {@code . _ : / -}
     * @param key the key, best of 32 random bytes
     * @return the seal
     * @throws IllegalArgumentException if the key ID cannot stand in an archive, or the key cannot be used
     */
    public static ArchiveSeal hmac(String keyId, SecretKey key) {
        return tried(new ArchiveSeal(SealText.requireKeyId(keyId), HMAC, message -> mac(key, message)));
    }

    /** So that a wrong key is found before the rows are written, not after. */
    private static ArchiveSeal tried(ArchiveSeal seal) {
        seal.seal(new byte[Sha256.BYTES]);
        return seal;
    }

    static byte[] mac(SecretKey key, byte[] message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(key);
        return mac.doFinal(message);
    }

    SealText seal(byte[] sha256) {
        SealText text = new SealText(Sha256.hex(sha256), keyId, algorithm, "");
        try {
            return text.signed(Base64.getEncoder().encodeToString(signer.sign(text.signed())));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "The key " + keyId + " cannot sign with " + algorithm + ": " + e.getMessage()
                            + ". Hand over a key that was made for it.",
                    e);
        }
    }

    /** Makes a signature. */
    private interface Signer {
        byte[] sign(byte[] message) throws GeneralSecurityException;
    }
}
