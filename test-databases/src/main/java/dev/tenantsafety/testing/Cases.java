package dev.tenantsafety.testing;

/** How many random cases a test tries: all of them on the oldest JDK that we support, and a part on newer ones, where they are run again. */
public final class Cases {

    private static final int PART = Integer.getInteger("tests.part", 1);

    private Cases() {}

    /** So many, or a part of them, and at least one. */
    public static int of(int all) {
        return Math.max(1, all / PART);
    }
}
