package dev.tenantsafety.archive;

import dev.tenantsafety.archive.ArchiveRefusedException.Reason;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.SecretKey;

/**
 * Whose archives a reader takes.
 *
 * <pre>{@code
 * ArchiveTrust trust = ArchiveTrust.nobody().ed25519("backup-2026", publicKey);
 * }</pre>
 *
 * <p>Unchangeable: each method that adds something returns another. Safe for use by many threads.
 */
public final class ArchiveTrust {

    private final Map<String, Verifier> verifiers;
    private final boolean isTakingUnsigned;

    private ArchiveTrust(Map<String, Verifier> verifiers, boolean isTakingUnsigned) {
        this.verifiers = Map.copyOf(verifiers);
        this.isTakingUnsigned = isTakingUnsigned;
    }

    /**
     * Takes no archive at all, until told whose.
     *
     * @return the trust in nobody
     */
    public static ArchiveTrust nobody() {
        return new ArchiveTrust(Map.of(), false);
    }

    /**
     * Takes archives signed with the private key of this public one.
     *
     * @param keyId the ID of the key, as its writer named it
     * @param key an Ed25519 key
     * @return another trust
     * @throws IllegalArgumentException if the key ID cannot stand in an archive, a key of this ID is there, or the key is
     *     no Ed25519 key
     */
    public ArchiveTrust ed25519(String keyId, PublicKey key) {
        return with(keyId, new Verifier(ArchiveSeal.ED25519, (message, signature) -> {
            Signature verifier = Signature.getInstance(ArchiveSeal.ED25519);
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        }));
    }

    /**
     * Takes archives signed with this secret key.
     *
     * @param keyId the ID of the key, as its writer named it
     * @param key the key
     * @return another trust
     * @throws IllegalArgumentException if the key ID cannot stand in an archive, a key of this ID is there, or the key
     *     cannot be used
     */
    public ArchiveTrust hmac(String keyId, SecretKey key) {
        return with(
                keyId,
                new Verifier(
                        ArchiveSeal.HMAC,
                        (message, signature) -> MessageDigest.isEqual(ArchiveSeal.mac(key, message), signature)));
    }

    /**
     * Takes archives that nobody signed as well. Whoever can write to the place where they lie can then put rows into the
     * database.
     *
     * @return another trust
     */
    public ArchiveTrust unsignedToo() {
        return new ArchiveTrust(verifiers, true);
    }

    private ArchiveTrust with(String keyId, Verifier verifier) {
        try {
            verifier.check.test(new byte[0], new byte[64]);
        } catch (java.security.SignatureException e) {
            // the key was taken, only the signature was not
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "The key " + keyId + " cannot check " + verifier.algorithm + ": " + e.getMessage()
                            + ". Hand over a key that was made for it.",
                    e);
        }
        Map<String, Verifier> more = new HashMap<>(verifiers);
        if (more.put(SealText.requireKeyId(keyId), verifier) != null) {
            throw new IllegalArgumentException("There are two keys of the ID " + keyId + ". Name each key once.");
        }
        return new ArchiveTrust(more, isTakingUnsigned);
    }

    /** Refuses a seal unless it is of somebody trusted; that it fits the bytes of the file is checked elsewhere. */
    void check(SealText seal, ArchiveFile file) {
        if (seal.algorithm().equals(SealText.UNSIGNED)) {
            if (!isTakingUnsigned) {
                throw file.refuse(
                        Reason.UNSIGNED,
                        "the seal",
                        "nobody signed this archive. Take a signed one, or say"
                                + " ArchiveTrust.unsignedToo() if you know where it comes from.");
            }
            return;
        }
        Verifier verifier = verifiers.get(seal.keyId());
        if (verifier == null || !verifier.algorithm.equals(seal.algorithm())) {
            throw file.refuse(
                    Reason.UNKNOWN_KEY,
                    "the seal",
                    "it is signed with the " + seal.algorithm() + " key "
                            + Shown.of(seal.keyId())
                            + ", which is not among the trusted ones. Find out who wrote it, and add"
                            + " the key if you trust them.");
        }
        if (!verifier.accepts(seal)) {
            throw file.refuse(
                    Reason.WRONG_SIGNATURE,
                    "the seal",
                    "the signature is not of the key "
                            + Shown.of(seal.keyId())
                            + " that it names. Somebody changed the seal, or took the name of the key:"
                            + " take another copy, and find out where this one came from.");
        }
    }

    /** A key that can check. */
    private record Verifier(String algorithm, Check check) {

        boolean accepts(SealText seal) {
            try {
                byte[] signature = Base64.getDecoder().decode(seal.signature());
                // The decoder passes over some bits of the last character, and each bit of the file is to count.
                return Base64.getEncoder().encodeToString(signature).equals(seal.signature())
                        && check.test(seal.signed(), signature);
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                return false;
            }
        }
    }

    /** Checks a signature. */
    private interface Check {
        boolean test(byte[] message, byte[] signature) throws GeneralSecurityException;
    }
}
