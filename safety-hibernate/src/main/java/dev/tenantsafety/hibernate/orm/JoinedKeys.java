package dev.tenantsafety.hibernate.orm;

import java.util.List;
import java.util.Map;
import org.hibernate.Filter;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.metamodel.mapping.internal.EmbeddedCollectionPart;
import org.hibernate.spi.NavigablePath;
import org.hibernate.sql.ast.SqlAstJoinType;
import org.hibernate.sql.ast.spi.SqlAliasBaseManager;
import org.hibernate.sql.ast.spi.SqlAstCreationState;
import org.hibernate.sql.ast.tree.from.AbstractTableGroup;
import org.hibernate.sql.ast.tree.from.LazyTableGroup;
import org.hibernate.sql.ast.tree.from.PluralTableGroup;
import org.hibernate.sql.ast.tree.from.TableGroup;
import org.hibernate.sql.ast.tree.from.TableGroupJoin;
import org.hibernate.sql.ast.tree.from.TableGroupJoinProducer;

/**
 * Sees to it that the filters of a joined map are in the query. Hibernate puts them into the ON clause of the last join that a collection
 * consists of ({@code TableGroupJoinHelper}), which for keys that are entities is the join of their table; and leaves that join out of the
 * query where nobody asks for a key, with all that is in its ON clause.
 */
final class JoinedKeys {

    private JoinedKeys() {}

    static void keepFilters(TableGroup tables, Map<String, Filter> enabled, SqlAstCreationState state) {
        if (enabled.isEmpty()) {
            return;
        }
        elementsLast(tables);
        if (!(tables instanceof PluralTableGroup map)
                || !(map.getIndexTableGroup() instanceof LazyTableGroup keys)
                || keys.isInitialized()
                || !tables.getNestedTableGroupJoins().isEmpty()
                || tables.getTableGroupJoins().isEmpty()) {
            return;
        }
        PluralAttributeMapping attribute = map.getModelPart();
        if (attribute.getCollectionDescriptor().isOneToMany()) {
            // An element may have no key, and an inner join would lose it. A join that is nested, which this one is as
            // long as nobody uses it, brings the filters into the ON clause of the elements.
            NavigablePath path = tables.getNavigablePath().append("{keys}");
            tables.addNestedTableGroupJoin(((TableGroupJoinProducer) attribute.getIndexDescriptor())
                    .createTableGroupJoin(
                            path,
                            tables,
                            null,
                            new SqlAliasBaseManager().createSqlAliasBase("unused"),
                            SqlAstJoinType.INNER,
                            false,
                            false,
                            state));
        } else {
            keys.getTableGroup();
        }
    }

    /**
     * Hibernate takes the ON clause of the collection's own table where what was joined last are keys that are embeddables, and columns of
     * elements in another table are not known there yet.
     */
    private static void elementsLast(TableGroup tables) {
        List<TableGroupJoin> joins = tables.getTableGroupJoins();
        int last = joins.size() - 1;
        if (last > 0
                && tables instanceof AbstractTableGroup group
                && joins.get(last).getJoinedGroup().getModelPart() instanceof EmbeddedCollectionPart) {
            TableGroupJoin elements = joins.get(last - 1);
            group.removeTableGroupJoin(elements);
            group.addTableGroupJoin(elements);
        }
    }
}
