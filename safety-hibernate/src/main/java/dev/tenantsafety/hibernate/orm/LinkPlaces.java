package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.TypedId;
import dev.tenantsafety.scope.OpenScope;
import dev.tenantsafety.scope.TenantScope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.CollectionClassification;
import org.hibernate.metamodel.mapping.CollectionPart;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.metamodel.mapping.SelectableMapping;
import org.hibernate.metamodel.mapping.internal.EntityCollectionPart;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.persister.entity.UnionSubclassEntityPersister;
import org.jspecify.annotations.Nullable;

/**
 * The places of elements in a list, which a column holds. Hibernate numbers the elements that are alive, from the first on; what is
 * marked keeps the place that it had, and an undo puts it back there and moves the others up.
 *
 * <p>In a join table only one element can have a place. When such a list is written, marked elements are moved out of the way, to
 * places far above those of any list that still tell where they were; {@link SafetyIntegrator} leaves those out of what is loaded.
 */
final class LinkPlaces {

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
    private final String place;
    private final int first;
    private final EntityGuard guard;

    /** Whether those who see the list may not see all of its elements: then each scope has a list of its own in these columns. */
    private final boolean isParted;

    /** True for the elements of this list alone, where others have theirs in the same columns. */
    private String own = "";

    /**
     * An element in a list.
     *
     * @param element its key
     * @param place where it is; of one that is or was marked, where it was in the list that there was then
     * @param isMarked whether it is marked
     * @param marked when it was marked, also if it just came back; null if it was not
     */
    private record Link(
            List<Object> element,
            int place,
            boolean isMarked,
            @Nullable Timestamp marked) {}

    private LinkPlaces(CollectionPersister persister, EntityGuard guard, @Nullable EntityGuard list) {
        this.persister = persister;
        this.guard = guard;
        this.isParted = list == null || guard.entity().mayHideFrom(list.entity());
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
                + MarkableLinks.among(element, guard.persister()) + " where " + marking + " = ?)" + own;
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

    /** When the element of a link was marked. */
    private String marked() {
        List<String> keys = MarkableLinks.keysIn(guard.persister(), null);
        List<String> equal = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            equal.add("marked." + keys.get(i) + " = links." + element.get(i));
        }
        return "(select marked."
                + Objects.requireNonNull(guard.entity().marking()).deletedAt() + " from "
                + MarkableLinks.table(guard.persister()) + " marked where " + String.join(" and ", equal) + ")";
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
        TenantScope scope = OpenScope.current().tenant().orElse(null);
        if (isParted && scope == null) {
            return;
        }
        Map<String, TypedId<?>> part = isParted && scope != null ? part(session, scope) : Map.of();
        session.doWork(connection -> {
            List<Link> links = inOrder(links(connection, of, lifted, part));
            Set<Integer> taken = links.stream().map(Link::place).collect(Collectors.toCollection(HashSet::new));
            List<Link> moved = new ArrayList<>();
            List<Integer> places = new ArrayList<>();
            for (int i = 0; i < links.size(); i++) {
                Link link = links.get(i);
                int wanted = first + countBefore(links.subList(0, i), link);
                if (isJoinTable && link.isMarked()) {
                    wanted = aside(wanted, link, taken);
                }
                if (link.place() != wanted) {
                    moved.add(link);
                    places.add(wanted);
                }
            }
            move(connection, of, moved, places);
        });
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
                part.put(" and " + MarkableLinks.among(element, guard.persister()) + " where " + owned + ")", of);
            }
        }
        return part;
    }

    /** How many are before an element in the list that it was in when it was marked; of one that is alive, in the list that there is. */
    private static int countBefore(List<Link> before, Link link) {
        Timestamp marked = link.isMarked() ? link.marked() : null;
        return (int) before.stream()
                .filter(other -> !other.isMarked()
                        || (marked != null
                                && Objects.requireNonNull(other.marked()).compareTo(marked) >= 0))
                .count();
    }

    /** All of a list, as if none was ever marked: those that were marked are put back where they were, the last ones first. */
    private List<Link> inOrder(List<Link> links) {
        links.sort(Comparator.comparing(Link::marked, Comparator.nullsFirst(Comparator.reverseOrder()))
                .thenComparingInt(this::wanted));
        TreeMap<Integer, Link> slots = new TreeMap<>();
        for (Link link : links) {
            Link next = link;
            for (int slot = wanted(link); next != null; slot++) {
                next = slots.put(slot, next); // whoever is there moves up
            }
        }
        return List.copyOf(slots.values());
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

    private List<Link> links(
            Connection connection, List<Object> of, Map<List<Object>, Timestamp> lifted, Map<String, TypedId<?>> part)
            throws SQLException {
        String sql = "select " + String.join(", ", element) + ", " + place + ", " + marked() + " from " + read
                + " links where " + equal(owner) + " and " + place + " is not null" + own
                + String.join("", part.keySet());
        List<Link> links = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, 1, of);
            int position = 1 + of.size();
            for (TypedId<?> owner : part.values()) {
                Statements.bind(statement, position++, owner);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    List<Object> key = values(rows, 0, element.size());
                    Timestamp marked = rows.getTimestamp(element.size() + 2);
                    links.add(new Link(
                            key,
                            rows.getInt(element.size() + 1),
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
        String sql = "update " + table + " set " + place + " = ? where " + equal(owner) + " and " + equal(columns);
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

    /** Moves what is marked out of the way of a list that is about to be written. */
    void makeRoom(SharedSessionContractImplementor session, Object key) {
        if (!isJoinTable) {
            return; // several elements can have one place there
        }
        session.getJdbcCoordinator().executeBatch(); // marks of the same flush
        String sql = "select " + place + " from " + read + " where " + equal(owner) + " and " + place
                + " is not null and " + MarkableLinks.among(element, guard.persister()) + " where "
                + Objects.requireNonNull(guard.entity().marking()).deletedAt() + " is not null)";
        session.doWork(connection -> {
            Set<Integer> taken = new HashSet<>();
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                setKey(statement, key, 1, session);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        taken.add(rows.getInt(1));
                    }
                }
            }
            List<Integer> inTheWay =
                    taken.stream().filter(at -> at < ASIDE).sorted().toList();
            if (!inTheWay.isEmpty()) {
                makeRoom(session, connection, key, inTheWay, taken);
            }
        });
    }

    private void makeRoom(
            SharedSessionContractImplementor session,
            Connection connection,
            Object key,
            List<Integer> inTheWay,
            Set<Integer> taken)
            throws SQLException {
        String sql = "update " + read + " set " + place + " = ? where " + equal(owner) + " and " + place + " = ?";
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

    private static String equal(List<String> columns) {
        return columns.stream().map(column -> column + " = ?").collect(Collectors.joining(" and "));
    }

    private static List<Object> values(ResultSet rows, int from, int count) throws SQLException {
        List<Object> values = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            values.add(rows.getObject(from + i));
        }
        return values;
    }

    private static void set(PreparedStatement statement, int from, List<Object> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            statement.setObject(from + i, values.get(i));
        }
    }
}
