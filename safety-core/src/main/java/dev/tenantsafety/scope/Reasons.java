package dev.tenantsafety.scope;

/** A reason is read by a person later: it must say something. */
final class Reasons {

    private Reasons() {}

    static String require(String reason) {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("A reason is needed here, and \"" + reason + "\" says nothing.");
        }
        return reason.strip();
    }
}
