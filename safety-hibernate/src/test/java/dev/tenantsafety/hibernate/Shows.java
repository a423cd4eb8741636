package dev.tenantsafety.hibernate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names a row of a table in {@code docs/hibernate.md} that the test shows to be true. {@link PathsTest} compares both. */
@Documented
@Repeatable(Shows.All.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Shows {

    /** The column of the rows that are marked, in the table of paths. */
    String PROTECTED = "Protected (`SoftDeletable`)";

    /** The column of the rows that are really deleted, in the table of paths. */
    String NOT_PROTECTED = "Owned, not protected";

    /** A column of the table on what one sees after {@code remove}. */
    String BEFORE_THE_FLUSH = "before the flush";

    /** The same. */
    String AFTER_IT = "after it";

    /** The same. */
    String IN_ANOTHER_SESSION = "in another session";

    /** Names the row by its first cell, as the page has it. */
    String value();

    /** Names the columns that the test shows, as the page has them. Default: all columns of the row that say something. */
    String[] in() default {};

    /** Holds several rows that one test shows. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface All {

        /** Names the rows. */
        Shows[] value();
    }
}
