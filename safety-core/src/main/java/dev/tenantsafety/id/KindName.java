package dev.tenantsafety.id;

/** How messages speak of a kind: its prefix, the words made of it, and the simple name of its class. */
record KindName(String prefix, String type) {

    /** For example "an app ID". */
    String withArticle() {
        return article() + " " + singular();
    }

    /** For example "an app ID (app_…)". */
    String withForm() {
        return withArticle() + " (" + prefix + "_…)";
    }

    /** For example "app ID". */
    String singular() {
        return noun() + " ID";
    }

    /** For example "app IDs". */
    String plural() {
        return noun() + " IDs";
    }

    private String noun() {
        return prefix.replace('_', ' ');
    }

    /** By the sound of the first letters; a u is mostly spoken as in "user", and as in "upload" before p and n. */
    private String article() {
        return switch (prefix.charAt(0)) {
            case 'a', 'e', 'i', 'o' -> "an";
            case 'u' -> prefix.startsWith("up") || (prefix.startsWith("un") && !prefix.startsWith("uni")) ? "an" : "a";
            default -> "a";
        };
    }
}
