package dev.tenantsafety.samples.replay;

/** What this JVM runs with, for another one and for the compiler. */
final class ClassPath {

    private ClassPath() {}

    /** In a test Surefire has put it elsewhere. */
    static String own() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
