package dev.tenantsafety.hibernate.orm;

import java.util.Iterator;
import java.util.stream.Stream;

/**
 * Tells statements that Hibernate made, of which the entities or the query were looked at before, from native SQL. Their texts can be the
 * same: an upsert of a secondary table is a MERGE with a DELETE. What made a statement is on the stack when it is prepared.
 */
final class StatementOrigin {

    private static final String ENTITIES = "org.hibernate.engine.jdbc.mutation.";
    private static final String QUERIES = "org.hibernate.query.sqm.";
    private static final String NATIVE_QUERIES = "org.hibernate.query.sql.";
    private static final String PROCEDURES = "org.hibernate.procedure.";

    private static final String FOLLOW_ON_LOCKS = "org.hibernate.sql.exec.internal.lock.";

    /** Between such a lock and the load of a reference are fewer calls. */
    private static final int NEAR = 32;

    private static final StackWalker STACK = StackWalker.getInstance();

    private StatementOrigin() {}

    /** Whether the statement that is being prepared was made by Hibernate. Is slow, and asked where a refusal is the other answer. */
    static boolean isHibernates() {
        return isHibernates(maker());
    }

    /** The same of one whose maker is known. */
    static boolean isHibernates(String maker) {
        return isOfEntity(maker) || maker.startsWith(QUERIES);
    }

    /** Whether it writes rows of an entity, and was made with the session factory. */
    static boolean isOfEntity(String maker) {
        return maker.startsWith(ENTITIES);
    }

    /** Whether it calls a stored procedure or function. */
    static boolean isProcedureCall() {
        return maker().startsWith(PROCEDURES);
    }

    /**
     * Whether a reference is being loaded of a row that a query has read, and that is read once more to lock it. Hibernate takes null for
     * what such a load does not find, and writes that; a row out of the scope is not found.
     */
    static boolean isLockedAgain() {
        return STACK.walk(frames ->
                frames.limit(NEAR).anyMatch(frame -> frame.getClassName().startsWith(FOLLOW_ON_LOCKS)));
    }

    /** The class that made the statement that is being prepared; empty if it is none that is known. */
    static String maker() {
        return STACK.walk(StatementOrigin::nearest);
    }

    /** A loop: a pipeline costs as much again as the walk. */
    private static String nearest(Stream<StackWalker.StackFrame> frames) {
        for (Iterator<StackWalker.StackFrame> each = frames.iterator(); each.hasNext(); ) {
            String name = each.next().getClassName();
            if (isMaker(name)) {
                return name;
            }
        }
        return "";
    }

    private static boolean isMaker(String name) {
        return name.startsWith(ENTITIES)
                || name.startsWith(QUERIES)
                || name.startsWith(NATIVE_QUERIES)
                || name.startsWith(PROCEDURES);
    }
}
