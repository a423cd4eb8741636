package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.CollectionClassification;
import org.hibernate.metamodel.mapping.CollectionPart;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.metamodel.mapping.SelectableMapping;
import org.hibernate.metamodel.mapping.internal.EntityCollectionPart;
import org.hibernate.metamodel.mapping.internal.ManyToManyCollectionPart;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.UnionSubclassEntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * The places of elements in a list, which a column holds. Of those that are alive only the order counts: Hibernate leaves holes where
 * elements were marked, and closes them when it writes the list, or not. What is marked has the place that it had, without holes,
 * among those that were alive when it was marked. So an undo puts it back there, after those that were marked later, and the others
 * move up.
 *
 * <p>Where the program changes the order of those that are alive, what is marked follows the one before it.
 *
 * <p>In a join table only one element can have a place. When such a list is written, marked elements are moved out of the way, to
 * places far above those of any list that still tell where they were; {@link SafetyIntegrator} leaves those out of what is loaded.
 */
final class LinkPlaces {

    private static final int CHUNK = 500;

    /** So many elements can have been marked at one place. */
    private static final int ROOM = 4096;

    /** From here on elements are out of the way. Below zero, the schema of Hibernate allows no place. */
    static final int ASIDE = 1 << 30;

    /** Down from here elements pass on their way from one place to another. */
    private static final int PASSING = Integer.MAX_VALUE;

    private final CollectionPersister persister;
    private final boolean isJoinTable;
    private final String read;
    private final List<String> written;
    private final List<String> owner;
    private final List<String> element;

    /** The columns of the elements' first table that those of the links name. */
    private final List<String> target;

    /** The tables that have the rows of those who have the lists, and the columns there that those of the links name. */
    private final List<String> owners;

    private final List<String> ownersKey;

    private final String place;
    private final int first;
    private final EntityGuard guard;

    /** Whether those who see the list may not see all of its elements: then each scope has a list of its own in these columns. */
    private final boolean isParted;

    /** Whether the elements may be of other owners on a level that the list has too; in work across tenants it is one list. */
    private final boolean isPartedInside;

    /** True for the elements of this list alone, where others have theirs in the same columns. */
    private String own = "";

    /** A condition to be added that a link is not out of the way. */
    String inPlace() {
        return isJoinTable ? " and " + place + " < " + ASIDE : "";
    }

    /** An operation on the links of a list that are in place, on all of them. */
    static String onAll(String sql) {
        return sql.replace(" < " + ASIDE, " is not null");
    }

    /**
     * An element in a list.
     *
     * @param of the key of the list
     * @param element its key
     * @param place where it is; of one that is or was marked, where it was in the list that there was then
     * @param isMarked whether it is marked
     * @param marked when it was marked, also if it just came back; null if it was not
     */
    private record Link(
            List<Object> of,
            List<Object> element,
            int place,
            boolean isMarked,
            @Nullable Timestamp marked) {}

    /**
     * A place that an element was told when it was marked.
     *
     * @param list the list
     * @param of its key
     * @param element the element's key
     * @param place the place
     */
    record Told(LinkPlaces list, List<Object> of, List<Object> element, int place) {}

    private LinkPlaces(CollectionPersister persister, EntityGuard guard, @Nullable EntityGuard list) {
        this.persister = persister;
        this.guard = guard;
        this.isParted = list == null || guard.entity().mayHideFrom(list.entity());
        this.isPartedInside = !isParted && guard.entity().levels().size() > 1;
        PluralAttributeMapping attribute = persister.getAttributeMapping();
        EntityPersister elements = guard.persister();
        isJoinTable = !persister.isOneToMany();
        boolean isUnion = !isJoinTable && elements instanceof UnionSubclassEntityPersister;
        String table = attribute.getKeyDescriptor().getKeyTable();
        read = isUnion ? elements.getTableName() : table;
        written = isUnion ? Statements.tables(elements) : List.of(table);
        owner = MarkableLinks.columns(attribute.getKeyDescriptor().getKeyPart());
        element = isJoinTable
                ? MarkableLinks.elementColumns(persister)
                : MarkableLinks.keysIn(elements, isUnion ? null : table);
        target = attribute.getElementDescriptor() instanceof ManyToManyCollectionPart part
                ? MarkableLinks.columns(part.getForeignKeyDescriptor().getTargetPart())
                : MarkableLinks.keysIn(elements, null);
        owners = persister.getOwnerEntityPersister() instanceof UnionSubclassEntityPersister classes
                ? Statements.tables(classes)
                : List.of(attribute.getKeyDescriptor().getTargetTable());
        ownersKey = MarkableLinks.columns(attribute.getKeyDescriptor().getTargetPart());
        place = Objects.requireNonNull(attribute.getIndexDescriptor())
                .getSelectable(0)
                .getSelectionExpression();
        first = Math.max(0, attribute.getIndexMetadata().getListIndexBase());
    }

    /** Of all lists that hold rows of an entity. */
    static List<LinkPlaces> of(FactorySafety safety, SessionFactoryImplementor factory, EntityGuard guard) {
        List<LinkPlaces> all = new ArrayList<>();
        factory.getMappingMetamodel().forEachCollectionDescriptor(persister -> {
            LinkPlaces places = of(safety, persister);
            if (places != null && places.guard.entity() == guard.entity()) {
                all.add(places);
            }
        });
        all.forEach(places -> places.tellFrom(all));
        return all;
    }

    boolean isOf(CollectionPersister other) {
        return persister == other;
    }

    /** Tells this list from others in the same columns, which the mapping does by restrictions. */
    private void tellFrom(List<LinkPlaces> all) {
        boolean isShared = all.stream()
                .anyMatch(other -> other != this
                        && other.read.equals(read)
                        && other.owner.equals(owner)
                        && other.place.equals(place));
        if (isShared && persister instanceof FilteredElements elements && elements.restriction() != null) {
            own = " and " + elements.restriction();
        }
    }

    /** Null if it is no list whose places a column holds, of elements that can be marked. */
    static @Nullable LinkPlaces of(FactorySafety safety, CollectionPersister persister) {
        CollectionPart index = persister.getAttributeMapping().getIndexDescriptor();
        if (index == null
                || !(persister.getAttributeMapping().getElementDescriptor() instanceof EntityCollectionPart)
                || persister.getCollectionSemantics().getCollectionClassification() != CollectionClassification.LIST
                || (persister.isInverse() && !persister.isOneToMany())) {
            return null;
        }
        SelectableMapping column = index.getSelectable(0);
        EntityGuard guard = safety.guard(persister.getElementPersister().getEntityName());
        return guard == null || !guard.isMarkable() || column.isFormula()
                ? null
                : new LinkPlaces(
                        persister,
                        guard,
                        safety.guard(persister.getOwnerEntityPersister().getEntityName()));
    }

    /** Those who have an element that a deletion marked, with these elements and when they were marked. */
    Map<List<Object>, Map<List<Object>, Timestamp>> ownersOf(
            SharedSessionContractImplementor session, DeletionId deletion) {
        String marking = Objects.requireNonNull(guard.entity().marking()).deletionId();
        String sql = "select " + String.join(", ", owner) + ", " + String.join(", ", element) + ", " + marked()
                + " from " + read + " links where " + row(owner) + " is not null and " + place + " is not null and "
                + among() + " where " + marking + " = ?)" + own;
        return session.doReturningWork(connection -> {
            Map<List<Object>, Map<List<Object>, Timestamp>> owners = new LinkedHashMap<>();
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                Statements.bind(statement, deletion);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        owners.computeIfAbsent(values(rows, 0, owner.size()), o -> new HashMap<>())
                                .put(
                                        values(rows, owner.size(), element.size()),
                                        rows.getTimestamp(owner.size() + element.size() + 1));
                    }
                }
            }
            return owners;
        });
    }

    /**
     * Gives places at the end to elements that a deletion marked before their list was written: they were new, and are in it by their reference
     * alone. Without a place, Hibernate reads none of the list.
     */
    void append(SharedSessionContractImplementor session, DeletionId deletion) {
        if (isJoinTable) {
            return; // where a link without a place is none
        }
        String marking = Objects.requireNonNull(guard.entity().marking()).deletionId();
        String placeless = "select " + String.join(", ", owner) + ", " + String.join(", ", element) + " from " + read
                + " links where " + row(owner) + " is not null and " + place + " is null and " + among() + " where "
                + marking + " = ?)" + own + " order by " + String.join(", ", element);
        String last = "select max(" + place + ") from " + read + " links where " + Statements.equal(owner) + own;
        session.doWork(connection -> {
            Map<List<Object>, List<List<Object>>> lists = new LinkedHashMap<>();
            try (PreparedStatement statement = connection.prepareStatement(placeless)) {
                Statements.bind(statement, deletion);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        lists.computeIfAbsent(values(rows, 0, owner.size()), o -> new ArrayList<>())
                                .add(values(rows, owner.size(), element.size()));
                    }
                }
            }
            lock(session, connection, List.copyOf(lists.keySet()));
            for (Map.Entry<List<Object>, List<List<Object>>> list : lists.entrySet()) {
                int[] next = {first};
                read(connection, last, List.of(list.getKey()), row -> {
                    int taken = row.getInt(1);
                    next[0] = row.wasNull() ? first : taken + 1;
                });
                List<Integer> places = IntStream.range(
                                next[0], next[0] + list.getValue().size())
                        .boxed()
                        .toList();
                for (String table : written) {
                    update(connection, table, list.getKey(), list.getValue(), element, places);
                }
            }
        });
    }

    /**
     * Keeps the lists that hold rows from other transactions that tell or give places, until this one ends: none would see what the others
     * do. Gives when the last of what they hold was marked; null if nothing is.
     */
    @Nullable
    Timestamp lockListsOf(SharedSessionContractImplementor session, List<Object> ids) {
        return session.doReturningWork(connection -> {
            Set<List<Object>> lists = new LinkedHashSet<>();
            for (List<Object> some : Chunks.of(ids, CHUNK)) {
                lists.addAll(elements(session, connection, some).keySet());
            }
            return lock(session, connection, List.copyOf(lists));
        });
    }

    /** The lists that hold some rows, and the elements that these are there. */
    private Map<List<Object>, Set<List<Object>>> elements(
            SharedSessionContractImplementor session, Connection connection, List<Object> ids) throws SQLException {
        String sql = "select " + String.join(", ", owner) + ", " + String.join(", ", element) + " from " + read
                + " links where " + row(owner) + " is not null and " + place + " is not null and " + among() + " where "
                + Statements.keys(MarkableLinks.keysIn(guard.persister(), null), ids.size()) + ")" + own;
        Map<List<Object>, Set<List<Object>>> elements = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(session, statement, ids, 1);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    elements.computeIfAbsent(values(rows, 0, owner.size()), o -> new LinkedHashSet<>())
                            .add(values(rows, owner.size(), element.size()));
                }
            }
        }
        return elements;
    }

    /** The same of these lists. */
    void lock(SharedSessionContractImplementor session, Collection<List<Object>> lists) {
        session.doWork(connection -> lock(session, connection, List.copyOf(lists)));
    }

    private @Nullable Timestamp lock(
            SharedSessionContractImplementor session, Connection connection, List<List<Object>> lists)
            throws SQLException {
        Timestamp[] last = new Timestamp[1];
        for (List<List<Object>> some : Chunks.of(lists, CHUNK)) {
            for (String table : owners) {
                read(connection, Statements.locking(session, table, ownersKey, some.size()), some, row -> {});
            }
            String marked = "select max(marked_) from (select " + marked() + " as marked_ from " + read
                    + " links where " + Statements.keys(owner, some.size()) + own + ") all_";
            read(connection, marked, some, row -> {
                Timestamp then = row.getTimestamp(1);
                last[0] = last[0] == null || (then != null && then.after(last[0])) ? then : last[0];
            });
        }
        return last[0];
    }

    private interface Reading {
        void read(ResultSet row) throws SQLException;
    }

    private static void read(Connection connection, String sql, List<List<Object>> keys, Reading reading)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int position = 1;
            for (List<Object> key : keys) {
                set(statement, position, key);
                position += key.size();
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    reading.read(rows);
                }
            }
        }
    }

    /** When the element of a link was marked. */
    private String marked() {
        List<String> equal = new ArrayList<>();
        for (int i = 0; i < target.size(); i++) {
            equal.add("marked." + target.get(i) + " = links." + element.get(i));
        }
        return "(select marked."
                + Objects.requireNonNull(guard.entity().marking()).deletedAt() + " from "
                + MarkableLinks.table(guard.persister()) + " marked where " + String.join(" and ", equal) + ")";
    }

    private String among() {
        return MarkableLinks.among(element, target, guard.persister());
    }

    private static String row(List<String> columns) {
        return columns.get(0); // of a key that is all null or not at all
    }

    /**
     * Gives each element that is alive a place of its own, and each that stays marked the one that it had in the list of those that are
     * alive or were marked later; so the next undo finds the order again. Of a list that several owners have parts of, only the part
     * of the open scope is looked at; in work across tenants it stays as it is.
     */
    void settle(SharedSessionContractImplementor session, List<Object> of, Map<List<Object>, Timestamp> lifted) {
        Map<String, TypedId<?>> part = part(session);
        if (part != null) {
            session.doWork(connection -> {
                List<Link> links = links(connection, statement -> set(statement, 1, of), lifted, "", part);
                links.sort(Comparator.comparingInt(Link::place));
                List<Object> order = new ArrayList<>(
                        links.stream().filter(link -> link.marked() == null).toList());
                putBack(order, links);
                number(connection, of, order, false, link -> true);
            });
        }
    }

    /**
     * Tells each element that is about to be marked its place among those that are alive, where that is another one, as there are holes
     * before it. One query for all of a flush. Gives these places.
     */
    Set<Told> marking(SharedSessionContractImplementor session, List<Object> ids) {
        Map<String, TypedId<?>> part = part(session);
        if (part == null) {
            return Set.of();
        }
        Set<Told> told = new HashSet<>();
        Map<List<Object>, Map<Link, Integer>> moved = new LinkedHashMap<>();
        session.doWork(connection -> {
            for (List<Object> some : Chunks.of(ids, CHUNK)) {
                readMoved(session, connection, some, part, moved);
            }
            for (Map.Entry<List<Object>, Map<Link, Integer>> list : moved.entrySet()) {
                List<Integer> places = new ArrayList<>(list.getValue().values());
                if (isJoinTable) {
                    Set<Integer> taken = taken(connection, statement -> set(statement, 1, list.getKey()));
                    places.replaceAll(number -> aside(number, taken));
                }
                List<Link> links = List.copyOf(list.getValue().keySet());
                for (int i = 0; i < links.size(); i++) {
                    told.add(new Told(this, list.getKey(), links.get(i).element(), places.get(i)));
                }
                move(connection, list.getKey(), links, places);
            }
        });
        return told;
    }

    /**
     * Puts elements back whose marks the same transaction took back, after it wrote them: those that have the place that they were told, or one
     * out of the way, or that of another; and those without which others were told their places, as they were marked later.
     *
     * @param ids their keys, and when they were marked
     */
    void takenBack(SharedSessionContractImplementor session, Map<Object, Instant> ids, Set<Told> told) {
        Map<String, TypedId<?>> part = part(session);
        if (part == null) {
            return;
        }
        session.doWork(connection -> {
            Map<List<Object>, Map<List<Object>, Timestamp>> owners = new LinkedHashMap<>();
            for (Map.Entry<Object, Instant> id : ids.entrySet()) {
                Timestamp then = Timestamp.from(id.getValue());
                elements(session, connection, List.of(id.getKey()))
                        .forEach((list, elements) ->
                                elements.forEach(element -> owners.computeIfAbsent(list, o -> new HashMap<>())
                                        .put(element, then)));
            }
            for (Map.Entry<List<Object>, Map<List<Object>, Timestamp>> list : owners.entrySet()) {
                List<Link> links = links(connection, at -> set(at, 1, list.getKey()), Map.of(), "", part);
                List<Link> alive =
                        links.stream().filter(link -> !link.isMarked()).toList();
                Map<List<Object>, Timestamp> displaced = new HashMap<>();
                for (Link link : alive) {
                    Timestamp then = list.getValue().get(link.element());
                    if (then == null) {
                        continue;
                    }
                    boolean isDisplaced = link.place() >= ASIDE
                            || links.stream()
                                    .anyMatch(other -> other.isMarked()
                                            && Objects.requireNonNull(other.marked())
                                                    .after(then))
                            || told.contains(new Told(this, list.getKey(), link.element(), link.place()))
                            || alive.stream()
                                            .filter(other -> other.place() == link.place())
                                            .count()
                                    > 1;
                    if (isDisplaced) {
                        displaced.put(link.element(), then);
                    }
                }
                if (!displaced.isEmpty()) {
                    settle(session, list.getKey(), displaced);
                }
            }
        });
    }

    /** By list: the links whose elements have another place, and that place. Only lists that hold one of the rows are numbered. */
    private void readMoved(
            SharedSessionContractImplementor session,
            Connection connection,
            List<Object> ids,
            Map<String, TypedId<?>> part,
            Map<List<Object>, Map<Link, Integer>> moved)
            throws SQLException {
        Map<List<Object>, Set<List<Object>>> elements = elements(session, connection, ids);
        for (List<List<Object>> lists : Chunks.of(List.copyOf(elements.keySet()), CHUNK)) {
            readMoved(connection, lists, part, elements, moved);
        }
    }

    private void readMoved(
            Connection connection,
            List<List<Object>> lists,
            Map<String, TypedId<?>> part,
            Map<List<Object>, Set<List<Object>>> elements,
            Map<List<Object>, Map<Link, Integer>> moved)
            throws SQLException {
        Set<String> columns = new LinkedHashSet<>(owner); // a key may have the owner in it
        columns.addAll(element);
        String all = String.join(", ", columns);
        String sql = "select " + all + ", " + place + ", number_ from (select " + all + ", " + place
                + ", row_number() over (partition by " + String.join(", ", owner) + " order by " + place + ") + "
                + (first - 1) + " as number_ from " + read + " links where " + Statements.keys(owner, lists.size())
                + " and " + place + " is not null and " + among() + " where " + deletedAt() + " is null)" + own
                + String.join("", part.keySet()) + ") numbered where " + place + " <> number_";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int position = 1;
            for (List<Object> list : lists) {
                set(statement, position, list);
                position += list.size();
            }
            for (TypedId<?> of : part.values()) {
                Statements.bind(statement, position++, of);
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<String> names = List.copyOf(columns);
                while (rows.next()) {
                    List<Object> of = values(rows, names, owner);
                    List<Object> which = values(rows, names, element);
                    if (Objects.requireNonNull(elements.get(of)).contains(which)) {
                        Link link = new Link(of, which, rows.getInt(names.size() + 1), false, null);
                        moved.computeIfAbsent(of, o -> new LinkedHashMap<>()).put(link, rows.getInt(names.size() + 2));
                    }
                }
            }
        }
    }

    private int bind(SharedSessionContractImplementor session, PreparedStatement statement, List<Object> ids, int from)
            throws SQLException {
        int position = from;
        for (Object id : ids) {
            guard.persister().getIdentifierType().nullSafeSet(statement, id, position, session);
            position += guard.persister().getIdentifierMapping().getJdbcTypeCount();
        }
        return position;
    }

    private String deletedAt() {
        return Objects.requireNonNull(guard.entity().marking()).deletedAt();
    }

    /**
     * What is marked in a list whose order the program changes, to be called before it is written. Gives what numbers the marked ones
     * after it; null if there are none.
     *
     * @param before the elements that were alive, in their order
     * @param now those that are in the list, in theirs
     * @param holdsMarked whether marked ones are in the list as well, and are numbered with the others
     */
    @Nullable
    Runnable follow(
            SharedSessionContractImplementor session,
            Object key,
            List<Object> before,
            List<Object> now,
            boolean holdsMarked) {
        Map<String, TypedId<?>> part = part(session);
        if (part == null) {
            return null;
        }
        session.getJdbcCoordinator().executeBatch(); // marks of the same flush
        return session.doReturningWork(connection -> {
            List<Link> links = links(
                    connection,
                    statement -> setKey(statement, key, 1, session),
                    Map.of(),
                    " and " + among() + " where " + deletedAt() + " is not null)",
                    part);
            if (links.isEmpty()) {
                return null;
            }
            List<Object> was = new ArrayList<>(before);
            putBack(was, links);
            List<Object> order = following(was, now);
            return () -> {
                session.getJdbcCoordinator().executeBatch();
                session.doWork(
                        after -> number(after, links.get(0).of(), order, holdsMarked && !isJoinTable, Link::isMarked));
            };
        });
    }

    /** Each that is marked after the one that it was after, of those that are in the list now. */
    private static List<Object> following(List<Object> was, List<Object> now) {
        Set<Object> present = Collections.newSetFromMap(new IdentityHashMap<>());
        present.addAll(now);
        List<Object> order = new ArrayList<>();
        IdentityHashMap<Object, List<Object>> after = new IdentityHashMap<>();
        List<Object> last = order;
        for (Object each : was) {
            if (each instanceof Link) {
                last.add(each);
            } else if (present.contains(each)) {
                last = after.computeIfAbsent(each, e -> new ArrayList<>());
            }
        }
        for (Object each : now) {
            order.add(each);
            List<Object> marked = after.remove(each);
            order.addAll(marked == null ? List.of() : marked);
        }
        return order;
    }

    /** Puts what is or was marked among those that are alive: what was marked last first, as its place is one of their list. */
    private void putBack(List<Object> alive, List<Link> links) {
        links.stream()
                .filter(link -> link.marked() != null)
                .sorted(Comparator.comparing(Link::marked, Comparator.reverseOrder())
                        .thenComparingInt(this::wanted))
                .forEach(link -> alive.add(Math.max(0, Math.min(alive.size(), wanted(link) - first)), link));
    }

    /** Numbers those of an order, links or elements, of whose links something is true. */
    private void number(
            Connection connection, List<Object> of, List<Object> order, boolean isAnew, Predicate<Link> which)
            throws SQLException {
        Set<Integer> taken = new HashSet<>();
        order.forEach(each -> {
            if (each instanceof Link link) {
                taken.add(link.place());
            }
        });
        List<Link> moved = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        List<Link> marked = new ArrayList<>();
        int alive = 0;
        for (Object each : order) {
            Link link = each instanceof Link numbered ? numbered : null;
            if (link != null && which.test(link)) {
                int wanted = first + alive + countLater(marked, link);
                if (isJoinTable && link.isMarked()) {
                    wanted = aside(wanted, link, taken);
                }
                if (isAnew || link.place() != wanted) {
                    moved.add(link);
                    places.add(wanted);
                }
            }
            if (link != null && link.isMarked()) {
                marked.add(link);
            } else {
                alive++;
            }
        }
        move(connection, of, moved, places);
    }

    /** How many of those that are marked were in the list when an element was marked; none of them is in that of one that is alive. */
    private static int countLater(List<Link> marked, Link link) {
        Timestamp then = link.isMarked() ? link.marked() : null;
        return then == null
                ? 0
                : (int) marked.stream()
                        .filter(other -> Objects.requireNonNull(other.marked()).compareTo(then) >= 0)
                        .count();
    }

    /** The conditions of the open scope on the elements; null if the list is of several owners, and no scope says whose part it is. */
    private @Nullable Map<String, TypedId<?>> part(SharedSessionContractImplementor session) {
        TenantScope scope = OpenScope.current().tenant().orElse(null);
        if (isParted) {
            return scope == null ? null : part(session, scope);
        }
        return isPartedInside && scope != null ? part(session, scope) : Map.of();
    }

    /** Conditions on elements, each with the owner that is its one parameter. */
    private Map<String, TypedId<?>> part(SharedSessionContractImplementor session, TenantScope scope) {
        SessionFactoryImplementor factory = session.getFactory();
        Conditions conditions =
                new Conditions(factory.getJdbcServices().getDialect(), factory.getSqlStringGenerationContext());
        Map<String, TypedId<?>> part = new LinkedHashMap<>();
        for (TypedId<?> of : scope.levels()) {
            String owned = conditions.ownedBy(guard.entity(), of.kind(), "marked", "?");
            if (owned != null) {
                part.put(" and " + among() + " where " + owned + ")", of);
            }
        }
        return part;
    }

    /** What is out of the way for that place stays there. */
    private int aside(int place, Link link, Set<Integer> taken) {
        return link.place() >= ASIDE && wanted(link) == place ? link.place() : aside(place, taken);
    }

    private int aside(int was, Set<Integer> taken) {
        int aside = ASIDE + (was - first) * ROOM;
        while (!taken.add(aside)) {
            aside++;
        }
        return aside;
    }

    private int wanted(Link link) {
        return link.place() >= ASIDE ? first + (link.place() - ASIDE) / ROOM : link.place();
    }

    private interface Binding {
        void bind(PreparedStatement statement) throws SQLException;
    }

    private List<Link> links(
            Connection connection,
            Binding of,
            Map<List<Object>, Timestamp> lifted,
            String condition,
            Map<String, TypedId<?>> part)
            throws SQLException {
        String sql = "select " + String.join(", ", owner) + ", " + String.join(", ", element) + ", " + place + ", "
                + marked() + " from " + read + " links where " + Statements.equal(owner) + " and " + place
                + " is not null"
                + condition + own + String.join("", part.keySet());
        List<Link> links = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            of.bind(statement);
            int position = 1 + owner.size();
            for (TypedId<?> unit : part.values()) {
                Statements.bind(statement, position++, unit);
            }
            try (ResultSet rows = statement.executeQuery()) {
                int columns = owner.size() + element.size();
                while (rows.next()) {
                    List<Object> key = values(rows, owner.size(), element.size());
                    Timestamp marked = rows.getTimestamp(columns + 2);
                    links.add(new Link(
                            values(rows, 0, owner.size()),
                            key,
                            rows.getInt(columns + 1),
                            marked != null,
                            marked == null ? lifted.get(key) : marked));
                }
            }
        }
        return links;
    }

    /** In a join table by way of places that nobody has. */
    private void move(Connection connection, List<Object> of, List<Link> links, List<Integer> places)
            throws SQLException {
        if (links.isEmpty()) {
            return;
        }
        if (!isJoinTable) {
            for (String table : written) {
                update(connection, table, of, links.stream().map(Link::element).toList(), element, places);
            }
            return;
        }
        List<List<Object>> from = new ArrayList<>();
        List<List<Object>> passing = new ArrayList<>();
        List<Integer> between = new ArrayList<>();
        for (int i = 0; i < links.size(); i++) {
            from.add(List.of(links.get(i).place()));
            passing.add(List.of(PASSING - i));
            between.add(PASSING - i);
        }
        update(connection, read, of, from, List.of(place), between);
        update(connection, read, of, passing, List.of(place), places);
    }

    private void update(
            Connection connection,
            String table,
            List<Object> of,
            List<List<Object>> which,
            List<String> columns,
            List<Integer> places)
            throws SQLException {
        String sql = "update " + table + " set " + place + " = ? where " + Statements.equal(owner) + " and "
                + Statements.equal(columns);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < which.size(); i++) {
                statement.setInt(1, places.get(i));
                set(statement, 2, of);
                set(statement, 2 + of.size(), which.get(i));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /**
     * Moves what is marked out of the way of a list that is about to be written, and keeps the list from other transactions that mark. Gives
     * whether there is any.
     */
    boolean makeRoom(SharedSessionContractImplementor session, Object key) {
        if (!isJoinTable) {
            return false; // several elements can have one place there
        }
        session.getJdbcCoordinator().executeBatch(); // marks of the same flush
        return session.doReturningWork(connection -> {
            if (!persister.isVersioned()) { // the version of its owner was written already
                lock(session, connection, key);
            }
            Set<Integer> taken = taken(connection, statement -> setKey(statement, key, 1, session));
            List<Integer> inTheWay =
                    taken.stream().filter(at -> at < ASIDE).sorted().toList();
            if (!inTheWay.isEmpty()) {
                makeRoom(session, connection, key, inTheWay, taken);
            }
            return !taken.isEmpty();
        });
    }

    private void lock(SharedSessionContractImplementor session, Connection connection, Object key) throws SQLException {
        for (String table : owners) {
            try (PreparedStatement statement =
                    connection.prepareStatement(Statements.locking(session, table, ownersKey, 1))) {
                setKey(statement, key, 1, session);
                statement.executeQuery().close();
            }
        }
    }

    /** The places that marked elements have. */
    private Set<Integer> taken(Connection connection, Binding of) throws SQLException {
        String sql = "select " + place + " from " + read + " where " + Statements.equal(owner) + " and " + place
                + " is not null and " + among() + " where " + deletedAt() + " is not null)";
        Set<Integer> taken = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            of.bind(statement);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    taken.add(rows.getInt(1));
                }
            }
        }
        return taken;
    }

    private void makeRoom(
            SharedSessionContractImplementor session,
            Connection connection,
            Object key,
            List<Integer> inTheWay,
            Set<Integer> taken)
            throws SQLException {
        String sql =
                "update " + read + " set " + place + " = ? where " + Statements.equal(owner) + " and " + place + " = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int was : inTheWay) {
                statement.setInt(1, aside(was, taken));
                setKey(statement, key, 2, session);
                statement.setInt(2 + owner.size(), was);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    @SuppressWarnings("removal") // getKeyType()
    private void setKey(PreparedStatement statement, Object key, int from, SharedSessionContractImplementor session)
            throws SQLException {
        persister.getKeyType().nullSafeSet(statement, key, from, session);
    }

    private static List<Object> values(ResultSet rows, int from, int count) throws SQLException {
        List<Object> values = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            values.add(value(rows, from + i));
        }
        return values;
    }

    private static List<Object> values(ResultSet rows, List<String> names, List<String> columns) throws SQLException {
        List<Object> values = new ArrayList<>();
        for (String column : columns) {
            values.add(value(rows, 1 + names.indexOf(column)));
        }
        return values;
    }

    /** A part of a key, equal to what is equal: bytes are not, by themselves. */
    private static Object value(ResultSet rows, int column) throws SQLException {
        Object value = rows.getObject(column);
        return value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value;
    }

    @SuppressWarnings("ByteBufferBackingArray") // which value(…) wrapped
    private static void set(PreparedStatement statement, int from, List<Object> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            statement.setObject(from + i, value instanceof ByteBuffer bytes ? bytes.array() : value);
        }
    }
}
