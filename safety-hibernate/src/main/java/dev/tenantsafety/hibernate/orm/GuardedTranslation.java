package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.hibernate.HardDeleteRefusedException;
import dev.tenantsafety.hibernate.MarkedException;
import dev.tenantsafety.scope.OpenScope;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.engine.spi.LoadQueryInfluencers;
import org.hibernate.metamodel.mapping.EntityIdentifierMapping;
import org.hibernate.metamodel.mapping.NonAggregatedIdentifierMapping;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.metamodel.mapping.internal.EntityCollectionPart;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.query.spi.QueryOptions;
import org.hibernate.query.spi.QueryParameterBindings;
import org.hibernate.query.sqm.internal.DomainParameterXref;
import org.hibernate.query.sqm.sql.SqmTranslator;
import org.hibernate.query.sqm.sql.StandardSqmTranslatorFactory;
import org.hibernate.query.sqm.tree.SqmDmlStatement;
import org.hibernate.query.sqm.tree.delete.SqmDeleteStatement;
import org.hibernate.query.sqm.tree.domain.SqmPath;
import org.hibernate.query.sqm.tree.expression.SqmLiteralNull;
import org.hibernate.query.sqm.tree.insert.SqmConflictClause;
import org.hibernate.query.sqm.tree.insert.SqmInsertStatement;
import org.hibernate.query.sqm.tree.select.SqmSelectStatement;
import org.hibernate.query.sqm.tree.update.SqmAssignment;
import org.hibernate.query.sqm.tree.update.SqmUpdateStatement;
import org.hibernate.sql.ast.spi.SqlAstCreationContext;
import org.hibernate.sql.ast.tree.MutationStatement;
import org.hibernate.sql.ast.tree.select.SelectStatement;
import org.hibernate.sql.results.graph.FetchParent;
import org.hibernate.sql.results.graph.internal.ImmutableFetchList;
import org.jspecify.annotations.Nullable;

/** Looks at each HQL and Criteria statement that changes rows in bulk, before it becomes SQL. */
public final class GuardedTranslation extends StandardSqmTranslatorFactory {

    /** For Hibernate, which is told its name. */
    public GuardedTranslation() {}

    @Override
    public SqmTranslator<? extends MutationStatement> createMutationTranslator(
            SqmDmlStatement<?> statement,
            QueryOptions options,
            DomainParameterXref parameters,
            QueryParameterBindings bindings,
            LoadQueryInfluencers influencers,
            SqlAstCreationContext context) {
        FactorySafety safety = FactorySafety.of(influencers.getSessionFactory());
        checkGate(safety, influencers);
        check(safety, statement);
        return safety.isEnabled()
                ? new FilteredJoins<MutationStatement>(
                        safety, statement, options, parameters, bindings, influencers, context, false)
                : super.createMutationTranslator(statement, options, parameters, bindings, influencers, context);
    }

    @Override
    public SqmTranslator<SelectStatement> createSelectTranslator(
            SqmSelectStatement<?> statement,
            QueryOptions options,
            DomainParameterXref parameters,
            QueryParameterBindings bindings,
            LoadQueryInfluencers influencers,
            SqlAstCreationContext context,
            boolean deduplicate) {
        FactorySafety safety = FactorySafety.of(influencers.getSessionFactory());
        checkGate(safety, influencers);
        return safety.isEnabled()
                ? new LikeLoads(safety, statement, options, parameters, bindings, influencers, context, deduplicate)
                : super.createSelectTranslator(
                        statement, options, parameters, bindings, influencers, context, deduplicate);
    }

    /**
     * Puts on a to-one join the filters that a load by key has, as its getter does. Hibernate puts all on it where the target has one
     * that applies to loads by key, and none where it has not.
     */
    private static final class LikeLoads extends FilteredJoins<SelectStatement> {

        LikeLoads(
                FactorySafety safety,
                SqmSelectStatement<?> statement,
                QueryOptions options,
                DomainParameterXref parameters,
                QueryParameterBindings bindings,
                LoadQueryInfluencers influencers,
                SqlAstCreationContext context,
                boolean deduplicate) {
            super(safety, statement, options, parameters, bindings, influencers, context, deduplicate);
        }

        @Override
        public boolean applyOnlyLoadByKeyFilters() {
            return true;
        }

        @Override
        public ImmutableFetchList visitFetches(FetchParent parent) {
            return CachedKeyFetch.in(parent, super.visitFetches(parent));
        }
    }

    /** With the gate, a session would have lost all that keeps it to its scope. */
    private static void checkGate(FactorySafety safety, LoadQueryInfluencers influencers) {
        if (safety.isEnabled() && influencers.getEnabledFilter(Filters.GATE) == null) {
            throw new ForeignRowException(
                    "disableFilter(\"" + Filters.GATE + "\") would let this session see the rows of all "
                            + "tenants. Reach across tenants with CrossTenant.read(\"…\").");
        }
    }

    static void check(FactorySafety safety, SqmDmlStatement<?> statement) {
        String entity = statement.getTarget().getEntityName();
        if (safety.isEnabled() && Refusals.isRecord(entity)) {
            throw Refusals.recordsStay("A bulk statement on", entity);
        }
        EntityGuard guard = safety.isEnabled() ? safety.guard(entity) : null;
        if (guard == null) {
            return;
        }
        Refusals.checkNotReadOnly(OpenScope.current(), guard, null);
        checkNotOfClosed(safety, guard, statement);
        if (statement instanceof SqmDeleteStatement) {
            checkDelete(safety, guard);
        } else if (statement instanceof SqmUpdateStatement<?> update) {
            checkUpdate(safety, guard, update);
        } else if (statement instanceof SqmInsertStatement<?> insert) {
            checkInsert(safety, guard, insert);
        }
    }

    /** In the bin, no filter keeps out what units own that are marked. */
    private static void checkNotOfClosed(FactorySafety safety, EntityGuard guard, SqmDmlStatement<?> statement) {
        OpenScope now = OpenScope.current();
        if (now.includesDeleted()
                && !(statement instanceof SqmInsertStatement)
                && !safety.unnamedUnits(guard, now).isEmpty()) {
            throw new MarkedException(
                    "A bulk statement on " + guard.name()
                            + " inside IncludeDeleted would change what marked owners have too, which comes back with them. Run it outside.");
        }
    }

    private static void checkInsert(FactorySafety safety, EntityGuard guard, SqmInsertStatement<?> insert) {
        if (guard.entity().isOwned()) {
            throw new ForeignRowException(
                    "A bulk INSERT into " + guard.name() + " would create rows without looking whose "
                            + "they are. Persist entities, or insert with a StatelessSession.");
        }
        if (guard.isMarkable()) {
            throw new MarkedException("A bulk INSERT into " + guard.name()
                    + " could change, set or lift marks (ON CONFLICT). Persist entities instead.");
        }
        List<SqmPath<?>> written = new ArrayList<>(insert.getInsertionTargetPaths());
        SqmConflictClause<?> conflict = insert.getConflictClause();
        if (conflict != null && conflict.getConflictAction() != null) {
            conflict.getConflictAction()
                    .getSetClause()
                    .getAssignments()
                    .forEach(assignment -> written.add(assignment.getTargetPath()));
        }
        for (SqmPath<?> path : written) {
            String attribute = attribute(path);
            boolean leadsOut = isKey(guard.persister(), attribute)
                    ? References.leadsOut(safety, guard.persister().getIdentifierType())
                    : References.leadsOut(safety, guard.persister(), attribute);
            if (leadsOut) {
                throw new ForeignRowException("A bulk INSERT into " + guard.name() + " could point its " + attribute
                        + " at what is not in the open scope. Persist entities, which is checked.");
            }
        }
    }

    private static void checkDelete(FactorySafety safety, EntityGuard guard) {
        if (guard.isMarkable()) {
            throw refusal(guard);
        }
        String links = OpenScope.current().crossTenant().isPresent() ? null : hiddenLinks(safety, guard);
        if (links != null) {
            throw new ForeignRowException("A bulk DELETE on " + guard.name() + " would remove all links of "
                    + guard.name() + "." + links
                    + ", those to rows out of the open scope too. Use remove(…) of a session or "
                    + "entity manager, which looks whether there are any.");
        }
    }

    /** A collection with links of its own, some of which may lead out of the scope. */
    private static @Nullable String hiddenLinks(FactorySafety safety, EntityGuard guard) {
        String[] hidden = new String[1];
        guard.persister().visitSubTypeAttributeMappings(attribute -> {
            if (attribute instanceof PluralAttributeMapping plural
                    && plural.getSeparateCollectionTable() != null
                    && plural.getElementDescriptor() instanceof EntityCollectionPart part) {
                EntityGuard element =
                        safety.guard(part.getAssociatedEntityMappingType().getEntityName());
                if (element != null && element.entity().mayHideFrom(guard.entity())) {
                    hidden[0] = plural.getAttributeName();
                }
            }
        });
        return hidden[0];
    }

    static HardDeleteRefusedException refusal(EntityGuard guard) {
        return Refusals.hardDelete("A bulk DELETE", guard);
    }

    private static void checkUpdate(FactorySafety safety, EntityGuard guard, SqmUpdateStatement<?> update) {
        if (guard.isMarkable() && OpenScope.current().includesDeleted()) {
            throw new MarkedException("A bulk UPDATE of " + guard.name()
                    + " inside IncludeDeleted would change marked rows too, which an undo would bring back changed. Run it "
                    + "outside.");
        }
        for (SqmAssignment<?> assignment : update.getSetClause().getAssignments()) {
            String attribute = attribute(assignment.getTargetPath());
            if (isKey(guard.persister(), attribute)
                    && (guard.entity().isOwned()
                            || References.leadsOut(safety, guard.persister().getIdentifierType()))) {
                throw new ForeignRowException("A bulk UPDATE of " + guard.name() + "." + attribute
                        + " could hand rows to another owner. A row does not change its key.");
            }
            if (!(assignment.getValue() instanceof SqmLiteralNull)
                    && References.leadsOut(safety, guard.persister(), attribute)) {
                throw new ForeignRowException("A bulk UPDATE of " + guard.name() + "." + attribute
                        + " could point rows at what is not in the open scope. Change the entities one by one, which is "
                        + "checked.");
            }
            for (SafeEntity.OwnerColumn owner : guard.entity().owners()) {
                if (attribute.equals(owner.attribute())) {
                    throw new ForeignRowException("A bulk UPDATE of " + guard.name() + "." + owner.attribute()
                            + " would hand rows to another owner. A row does not change its owner.");
                }
            }
            SafeEntity.OwnerPath through = guard.entity().path();
            if (through != null && attribute.equals(through.attribute())) {
                throw new ForeignRowException("A bulk UPDATE of " + guard.name() + "." + through.attribute()
                        + " could hand rows to another owner. Change the entities one by one, which is checked.");
            }
            SafeEntity.Marking marking = guard.entity().marking();
            if (marking != null && attribute.equals(marking.attribute())) {
                throw new MarkedException("A bulk UPDATE of " + guard.name() + "." + marking.attribute()
                        + " would set or lift marks by hand. Use Deletions.mark(…) and undo.");
            }
        }
    }

    /** Whether an attribute is the key of an entity, or a part of it. */
    private static boolean isKey(EntityPersister persister, String attribute) {
        EntityIdentifierMapping key = persister.getIdentifierMapping();
        return attribute.equals(EntityIdentifierMapping.ID_ROLE_NAME)
                || attribute.equals(key.getAttributeName())
                || (key instanceof NonAggregatedIdentifierMapping parts
                        && parts.getVirtualIdEmbeddable().findAttributeMapping(attribute) != null);
    }

    /** The entity's own attribute at the beginning of a path such as {@code tombstone.deletedAt}. */
    private static String attribute(SqmPath<?> path) {
        SqmPath<?> first = path;
        while (first.getLhs() != null && first.getLhs().getLhs() != null) {
            first = first.getLhs();
        }
        return first.getNavigablePath().getLocalName();
    }
}
