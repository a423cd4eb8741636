package dev.tenantsafety.guard;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether a DELETE reaches rows of one owner, or with certain keys, only: whether its WHERE demands that key columns of its table are
 * equal to values. What stands in one branch of an OR, under a NOT, or in a comparison of a column with itself demands nothing. A
 * subquery does where it is bounded itself, by the keys of its own tables.
 *
 * <p>It reads conditions that are written in the usual way, and takes what it cannot read for no condition.
 */
public final class SqlBound {

    private static final Set<String> AFTER_WHERE =
            Set.of("returning", "limit", "order", "group", "having", "offset", "fetch", "for", "window");

    /** In a subquery of which the rows are not those that its WHERE lets through. */
    private static final Set<String> UNREADABLE = Set.of(
            "union",
            "intersect",
            "except",
            "minus",
            "with",
            "left",
            "right",
            "full",
            "outer",
            "cross",
            "natural",
            "lateral",
            "values");

    /** Names that are values by themselves. */
    private static final Set<String> CONSTANTS = Set.of(
            "null",
            "true",
            "false",
            "as",
            "array",
            "interval",
            "current_date",
            "current_time",
            "current_timestamp",
            "current_user",
            "session_user",
            "current_schema");

    /** Before a parenthesis, and no functions. */
    private static final Set<String> NO_FUNCTIONS = Set.of(
            "in", "exists", "any", "some", "all", "select", "values", "not", "and", "or", "is", "like", "between",
            "when", "then", "else", "where", "from", "on");

    private static final Set<String> SKIPPED = Set.of(".", "only", "as", "*");

    private static final String MARKS_OF_VALUES = "?:.,()+-*/|%[]$'";

    /** How many ORs within each other are looked into. */
    private static final int DEPTH = 3;

    private final Function<String, Set<Set<String>>> keys;
    private final boolean isWithin;

    /** A table in FROM or USING. Two are never equal: the same table may stand there twice. */
    private static final class Relation {
        private final String table;
        private final String alias;

        Relation(String table, String alias) {
            this.table = table;
            this.alias = alias;
        }
    }

    private record Scope(List<Relation> relations, @Nullable Scope parent) {

        /** The table of a column; null if that cannot be said. */
        @Nullable
        Relation of(@Nullable String qualifier) {
            if (qualifier == null) {
                return relations.size() == 1 ? relations.get(0) : null;
            }
            for (Relation relation : relations) {
                if (relation.alias.equals(qualifier)) {
                    return relation;
                }
            }
            return parent == null ? null : parent.of(qualifier);
        }
    }

    private record Column(Relation relation, String name) {}

    private record Link(Column one, Column other) {}

    /** A column that has its value from rows of these tables. */
    private record Origin(Column column, List<Relation> relations) {}

    private record Choice(List<List<String>> branches, Scope scope) {}

    /** What all rows that are deleted have in common. */
    private record Facts(
            Set<Column> fixed, List<Link> links, List<Origin> origins, List<Choice> choices, Set<Relation> relations) {

        Facts() {
            this(new HashSet<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new HashSet<>());
        }

        Facts copy() {
            return new Facts(
                    new HashSet<>(fixed),
                    new ArrayList<>(links),
                    new ArrayList<>(origins),
                    new ArrayList<>(choices),
                    new HashSet<>(relations));
        }
    }

    private SqlBound(Function<String, Set<Set<String>>> keys, boolean isWithin) {
        this.keys = keys;
        this.isWithin = isWithin;
    }

    /**
     * Whether a removal is one of some owners or keys only.
     *
     * @param removal what a statement would remove
     * @param keys the keys of a table: sets of columns of which all of one must be given. None of a table that is not guarded
     * @return false if it is no DELETE, has no such WHERE, or cannot be read
     */
    public static boolean isBounded(SqlRemoval removal, Function<String, Set<Set<String>>> keys) {
        boolean isDelete = removal.act() == SqlRemoval.Act.DELETE;
        return isDelete && new SqlBound(keys, removal.isWithin()).isBounded(removal.words());
    }

    private boolean isBounded(List<String> words) {
        int where = find(words, 0, Set.of("where"));
        if (where == words.size()) {
            return false;
        }
        int using = Math.min(where, find(words, 0, Set.of("using")));
        Facts facts = new Facts();
        Scope scope = new Scope(new ArrayList<>(), null);
        if (!from(words.subList(0, using), scope, facts) || scope.relations().size() != 1) {
            return false;
        }
        Relation target = scope.relations().get(0);
        if (using < where && !from(words.subList(using + 1, where), scope, facts)) {
            return false;
        }
        collect(words.subList(where + 1, find(words, where, AFTER_WHERE)), scope, facts);
        return isBounded(target, facts, target, DEPTH);
    }

    /** Reads what stands in a FROM: tables, and inner joins with their conditions. */
    private boolean from(List<String> words, Scope scope, Facts facts) {
        if (words.stream().anyMatch(UNREADABLE::contains)) {
            return false;
        }
        List<List<String>> conditions = new ArrayList<>();
        int at = 0;
        while (at < words.size()) {
            int end = find(words, at, Set.of(",", "join"));
            List<String> item = words.subList(at, end);
            if (!item.isEmpty() && item.get(item.size() - 1).equals("inner")) {
                item = item.subList(0, item.size() - 1);
            }
            int on = find(item, 0, Set.of("on"));
            Relation relation = relation(item.subList(0, on));
            if (relation == null) {
                return false;
            }
            scope.relations().add(relation);
            facts.relations().add(relation);
            if (on < item.size()) {
                conditions.add(item.subList(on + 1, item.size()));
            }
            at = end + 1;
        }
        conditions.forEach(condition -> collect(condition, scope, facts));
        return true;
    }

    private static @Nullable Relation relation(List<String> item) {
        List<String> names = new ArrayList<>();
        boolean isOnly = !item.isEmpty() && item.get(0).equals("only");
        for (int i = 0; i < item.size(); i++) {
            String word = item.get(i);
            boolean isQualifier = i + 1 < item.size() && item.get(i + 1).equals(".");
            boolean isSkipped = isQualifier || SKIPPED.contains(word) || (isOnly && "()".contains(word));
            if (!isSkipped && !SqlWords.isName(word)) {
                return null;
            }
            if (!isSkipped) {
                names.add(SqlWords.name(word));
            }
        }
        return names.isEmpty() || names.size() > 2 ? null : new Relation(names.get(0), names.get(names.size() - 1));
    }

    /** Adds what a condition demands. */
    private void collect(List<String> condition, Scope scope, Facts facts) {
        List<String> words = unwrapped(condition);
        List<List<String>> branches = split(words, "or");
        if (branches.size() > 1) {
            facts.choices().add(new Choice(branches, scope));
            return;
        }
        List<List<String>> parts = split(words, "and");
        if (parts.size() > 1) {
            parts.forEach(part -> collect(part, scope, facts));
        } else if (!words.isEmpty() && words.get(0).equals("exists")) {
            subquery(words.subList(1, words.size()), List.of(), scope, facts);
        } else {
            compare(words, scope, facts);
        }
    }

    private void compare(List<String> words, Scope scope, Facts facts) {
        int at = find(words, 0, Set.of("=", "in"));
        if (at == words.size()) {
            return;
        }
        List<String> left = words.subList(0, at);
        List<String> right = words.subList(at + 1, words.size());
        List<Column> columns = columns(left, scope);
        if (words.get(at).equals("in")) {
            if (!columns.isEmpty() && !subquery(right, columns, scope, facts) && isWrapped(right) && isValue(right)) {
                facts.fixed().addAll(columns);
            }
            return;
        }
        List<String> compared = !right.isEmpty() && Set.of("any", "some").contains(right.get(0))
                ? right.subList(1, right.size())
                : right;
        if (columns.isEmpty()) {
            if (isValue(left)) {
                facts.fixed().addAll(columns(right, scope));
            }
        } else if (!subquery(compared, columns, scope, facts)) {
            List<Column> others = columns(compared, scope);
            if (isValue(compared)) {
                facts.fixed().addAll(columns);
            } else if (others.size() == columns.size()) {
                for (int i = 0; i < others.size(); i++) {
                    facts.links().add(new Link(columns.get(i), others.get(i)));
                }
            }
        }
    }

    /** Adds what a subquery says of columns that are to be among its rows; false if it is none. */
    private boolean subquery(List<String> words, List<Column> columns, Scope outer, Facts facts) {
        List<String> query = unwrapped(words);
        if (!isWrapped(words) || query.isEmpty() || !query.get(0).equals("select")) {
            return false;
        }
        int from = find(query, 0, Set.of("from"));
        int listed = query.size() > 1 && Set.of("distinct", "all").contains(query.get(1)) ? 2 : 1;
        if (query.stream().anyMatch(UNREADABLE::contains) || from < listed) {
            return true;
        }
        List<List<String>> list = split(query.subList(listed, Math.min(from, find(query, 0, AFTER_WHERE))), ",");
        if (from == query.size()) {
            if (!columns.isEmpty() && list.stream().allMatch(SqlBound::isValue)) {
                facts.fixed().addAll(columns);
            }
            return true;
        }
        Scope scope = new Scope(new ArrayList<>(), outer);
        int end = find(query, from, AFTER_WHERE);
        int where = Math.min(end, find(query, from, Set.of("where")));
        Facts inner = facts.copy();
        if (!from(query.subList(from + 1, where), scope, inner)) {
            return true;
        }
        if (where < end) {
            collect(query.subList(where + 1, end), scope, inner);
        }
        for (int i = 0; i < columns.size() && columns.size() == list.size(); i++) {
            List<Column> found = columns(list.get(i), scope);
            if (found.size() == 1) {
                inner.links().add(new Link(columns.get(i), found.get(0)));
            } else {
                inner.origins().add(new Origin(columns.get(i), List.copyOf(scope.relations())));
            }
        }
        facts.fixed().addAll(inner.fixed());
        replace(facts.links(), inner.links());
        replace(facts.origins(), inner.origins());
        replace(facts.choices(), inner.choices());
        facts.relations().addAll(inner.relations());
        return true;
    }

    private static <T> void replace(List<T> all, List<T> by) {
        all.clear();
        all.addAll(by);
    }

    /** The columns that an expression is: one, or a list in parentheses; none if it is something else. */
    private static List<Column> columns(List<String> expression, Scope scope) {
        List<Column> columns = new ArrayList<>();
        for (List<String> part : split(unwrapped(expression), ",")) {
            Column column = column(part, scope);
            if (column == null) {
                return List.of();
            }
            columns.add(column);
        }
        return columns;
    }

    private static @Nullable Column column(List<String> part, Scope scope) {
        int size = part.size();
        for (int i = 0; i < size; i++) {
            boolean isRight =
                    i % 2 == 0 ? SqlWords.isName(part.get(i)) : part.get(i).equals(".");
            if (!isRight) {
                return null;
            }
        }
        if (size % 2 == 0 || CONSTANTS.contains(part.get(size - 1))) {
            return null;
        }
        String qualifier = size == 1 ? null : SqlWords.name(part.get(size - 1 - 2));
        Relation relation = scope.of(qualifier);
        return relation == null ? null : new Column(relation, SqlWords.name(part.get(size - 1)));
    }

    /** Whether an expression has the same value for each row: whether there is no column in it. */
    private static boolean isValue(List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            boolean isPart = SqlWords.isName(word)
                    ? isConstant(words, i)
                    : Character.isDigit(word.charAt(0)) || MARKS_OF_VALUES.contains(word);
            if (!isPart) {
                return false;
            }
        }
        return !words.isEmpty();
    }

    private static boolean isConstant(List<String> words, int at) {
        String before = at == 0 ? "" : words.get(at - 1);
        int last = at;
        while (last + 2 < words.size() && words.get(last + 1).equals(".")) {
            last += 2;
        }
        String next = last + 1 < words.size() ? words.get(last + 1) : "";
        boolean isFunction = next.equals("(") && !NO_FUNCTIONS.contains(words.get(last));
        boolean isType = before.equals("as") || before.equals(":") || next.equals(SqlWords.LITERAL);
        return isFunction || isType || CONSTANTS.contains(words.get(at));
    }

    /** Whether all rows of the target have the same key, or one of some, in each case. */
    private boolean isBounded(Relation relation, Facts facts, Relation target, int depth) {
        if (boundedBy(facts, target).contains(relation)) {
            return true;
        }
        for (int i = 0; depth > 0 && i < facts.choices().size(); i++) {
            Choice choice = facts.choices().get(i);
            boolean isInEach = choice.branches().stream().allMatch(branch -> {
                Facts more = facts.copy();
                more.choices().remove(choice);
                collect(branch, choice.scope(), more);
                return isBounded(relation, more, target, depth - 1);
            });
            if (isInEach) {
                return true;
            }
        }
        return false;
    }

    private Set<Relation> boundedBy(Facts facts, Relation target) {
        Set<Column> fixed = new HashSet<>(facts.fixed());
        Set<Relation> bounded = new HashSet<>();
        boolean isMore = true;
        while (isMore) {
            for (Relation relation : facts.relations()) {
                boolean isKnown = relation == target || !isWithin;
                Set<String> names = new HashSet<>();
                fixed.stream()
                        .filter(column -> column.relation() == relation)
                        .forEach(column -> names.add(column.name()));
                if (isKnown && keys.apply(relation.table).stream().anyMatch(names::containsAll)) {
                    bounded.add(relation);
                }
            }
            Set<Column> found = new HashSet<>();
            for (Link link : facts.links()) {
                follow(link.one(), link.other(), fixed, bounded, found);
                follow(link.other(), link.one(), fixed, bounded, found);
            }
            for (Origin origin : facts.origins()) {
                if (bounded.containsAll(origin.relations())) {
                    found.add(origin.column());
                }
            }
            isMore = fixed.addAll(found);
        }
        return bounded;
    }

    private static void follow(Column from, Column to, Set<Column> fixed, Set<Relation> bounded, Set<Column> found) {
        boolean isOther = from.relation() != to.relation();
        if (fixed.contains(from) || (isOther && bounded.contains(from.relation()))) {
            found.add(to);
        }
    }

    /** Where one of these words stands outside of parentheses and CASE; the end, if none does. */
    private static int find(List<String> words, int from, Set<String> wanted) {
        int depth = 0;
        for (int i = from; i < words.size(); i++) {
            String word = words.get(i);
            if (depth == 0 && wanted.contains(word)) {
                return i;
            }
            depth += depth(word);
        }
        return words.size();
    }

    private static int depth(String word) {
        return switch (word) {
            case "(", "case" -> 1;
            case ")", "end" -> -1;
            default -> 0;
        };
    }

    /** The parts between a word that stands outside of parentheses; an AND that belongs to a BETWEEN is none. */
    private static List<List<String>> split(List<String> words, String by) {
        List<List<String>> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        boolean isBetween = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (depth == 0 && word.equals("between")) {
                isBetween = true;
            } else if (depth == 0 && word.equals("and") && isBetween) {
                isBetween = false;
            } else if (depth == 0 && word.equals(by)) {
                parts.add(words.subList(start, i));
                start = i + 1;
            }
            depth += depth(word);
        }
        parts.add(words.subList(start, words.size()));
        return parts;
    }

    /** Whether one pair of parentheses encloses all. */
    private static boolean isWrapped(List<String> words) {
        if (words.size() < 2 || !words.get(0).equals("(")) {
            return false;
        }
        int depth = 0;
        for (int i = 0; i < words.size() - 1; i++) {
            depth += depth(words.get(i));
            if (depth == 0) {
                return false;
            }
        }
        return words.get(words.size() - 1).equals(")");
    }

    private static List<String> unwrapped(List<String> words) {
        List<String> inner = words;
        while (isWrapped(inner)) {
            inner = inner.subList(1, inner.size() - 1);
        }
        return inner;
    }
}
