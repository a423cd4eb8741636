package dev.tenantsafety.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where names, literals and comments end, as PostgreSQL and H2 have it. */
class SqlWordsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '#',
            value = {
                "a /* b /* c */ ' */ d           ~ [a, d]",
                "#a // '\n b#                    ~ [a, b]",
                "a$x$ b $x$ c                    ~ [a$x$, b]",
                "a $x$ b $y$ c $x$ d             ~ [a, d]",
                "$1 a                            ~ [$, 1, a]",
                "#a 'b' -- c\n 'd' e#            ~ [a, e]",
                "#do 'del'\n'ete'#               ~ [do, ;, delete]",
                "U&\"\\0061b\" c                 ~ [\"ab, c]",
                "u&\"!0061b\" uescape '!' c      ~ [\"ab, c]",
                "U&\"\\+000061\"                 ~ [\"a]",
                "do E'\\x61 \\142 \\u0063 \\'d'  ~ [do, ;, a, b, c]",
                "do U&'d\\0065lete'              ~ [do, ;, delete]",
                "a 'b                            ~ [a]",
                "a /* b                          ~ [a]",
                "\"a                             ~ [\"a]",
                "execute immediate 'a'; b        ~ [execute, immediate, ;, b, ;, a]",
                "create or replace function f() as $$ a $$ ~ [create, or, replace, function, f, (, ), as, ;, a]",
                "create view f as select 'a'     ~ [create, view, f, as, select]",
            })
    void areTold(String sql, String words) {
        assertThat(SqlWords.of(sql)).hasToString(words);
    }
}
