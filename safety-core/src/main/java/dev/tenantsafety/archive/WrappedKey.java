package dev.tenantsafety.archive;

/**
 * The data key of an encrypted archive as it stands in the header.
 *
 * @param keyId the ID of the key that wraps it
 * @param wrapped the wrapped key in base64
 */
record WrappedKey(String keyId, String wrapped) {

    static final String ALGORITHM = "AES-256-GCM";
}
