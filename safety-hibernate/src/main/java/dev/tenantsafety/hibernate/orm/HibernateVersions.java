package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.UnguardedSessionException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hibernate.Version;

/** Which versions of Hibernate all tests of this module were run with, and what is said about others at start-up. */
final class HibernateVersions {

    /** As docs/compatibility.md names them. */
    static final List<String> TRIED = List.of("7.4.5", "7.4.6", "7.4.13", "7.4.15");

    private static final System.Logger LOG = System.getLogger(HibernateVersions.class.getName());
    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+).*");
    private static final int MAJOR = 7;
    private static final int MINOR = 4;
    private static final int FIRST = 5;

    private HibernateVersions() {}

    /** Refuses a line of Hibernate that the guard was not built for, and warns of a release that it was not run with. */
    static void check() {
        String running = Version.getVersionString();
        String verdict = verdict(running);
        if (verdict != null) {
            LOG.log(System.Logger.Level.WARNING, verdict);
        }
    }

    static @org.jspecify.annotations.Nullable String verdict(String running) {
        Matcher numbers = NUMBERS.matcher(running);
        if (!numbers.matches()
                || Integer.parseInt(numbers.group(1)) != MAJOR
                || Integer.parseInt(numbers.group(2)) != MINOR
                || Integer.parseInt(numbers.group(3)) < FIRST) {
            throw new UnguardedSessionException(
                    "Hibernate " + running + " is not supported: Tenant Safety depends on internals of "
                            + MAJOR + "." + MINOR + ", from " + MAJOR + "." + MINOR + "." + FIRST
                            + " on. Use one of the versions that it was "
                            + "tried with: " + String.join(", ", TRIED) + ".");
        }
        String release = numbers.group(1) + "." + numbers.group(2) + "." + numbers.group(3);
        return TRIED.contains(release)
                ? null
                : "Tenant Safety was not tried with Hibernate " + running + ", only with " + String.join(", ", TRIED)
                        + ". A self-test of this session factory passed; run your isolation tests before you rely on it.";
    }
}
