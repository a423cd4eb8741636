package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.ForeignRowException;
import dev.tenantsafety.hibernate.HardDeleteRefusedException;
import dev.tenantsafety.hibernate.MarkedException;
import dev.tenantsafety.scope.OpenScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.hibernate.engine.spi.LoadQueryInfluencers;
import org.hibernate.metamodel.mapping.CollectionPart;
import org.hibernate.metamodel.mapping.EmbeddableValuedModelPart;
import org.hibernate.metamodel.mapping.ModelPart;
import org.hibernate.metamodel.mapping.PluralAttributeMapping;
import org.hibernate.metamodel.mapping.internal.EntityCollectionPart;
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
        TellingColumns telling = safety.telling(guard);
        for (SqmPath<?> path : written) {
            Set<String> columns = telling.writtenBy(path);
            if (telling.isReference(columns) || (telling.isKey(columns) && telling.isKeyLeadingOut())) {
                throw new ForeignRowException("A bulk INSERT into " + guard.name() + " could point its "
                        + attribute(path)
                        + " at what is not in the open scope. Persist entities, which is checked.");
            }
        }
    }

    private static void checkDelete(FactorySafety safety, EntityGuard guard) {
        if (guard.isMarkable()) {
            throw refusal(guard);
        }
        String links = Reach.isAcross() ? null : hiddenLinks(safety, guard);
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
        for (EntityGuard each : safety.andSubclasses(guard)) {
            for (int i = 0; i < each.persister().getNumberOfAttributeMappings(); i++) {
                findHidden(safety, guard, each.persister().getAttributeMapping(i), hidden);
            }
        }
        return hidden[0];
    }

    private static void findHidden(FactorySafety safety, EntityGuard owner, ModelPart part, @Nullable String[] hidden) {
        if (part instanceof PluralAttributeMapping plural) {
            for (CollectionPart rows : Arrays.asList(plural.getElementDescriptor(), plural.getIndexDescriptor())) {
                EntityGuard linked = plural.getSeparateCollectionTable() != null
                                && rows instanceof EntityCollectionPart linkedPart
                        ? safety.guard(
                                linkedPart.getAssociatedEntityMappingType().getEntityName())
                        : null;
                if (linked != null && linked.entity().mayHideLinked(owner.entity())) {
                    hidden[0] = plural.getAttributeName();
                }
            }
        } else if (part instanceof EmbeddableValuedModelPart embedded) {
            embedded.getEmbeddableTypeDescriptor()
                    .forEachAttributeMapping((i, inner) -> findHidden(safety, owner, inner, hidden));
        }
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
        TellingColumns telling = safety.telling(guard);
        for (SqmAssignment<?> assignment : update.getSetClause().getAssignments()) {
            String attribute = guard.name() + "." + attribute(assignment.getTargetPath());
            Set<String> columns = telling.writtenBy(assignment.getTargetPath());
            if (telling.isKey(columns) && (guard.entity().isOwned() || telling.isKeyLeadingOut())) {
                throw new ForeignRowException("A bulk UPDATE of " + attribute
                        + " could hand rows to another owner. A row does not change its key.");
            }
            if (telling.isOwner(columns)) {
                throw new ForeignRowException("A bulk UPDATE of " + attribute
                        + " would hand rows to another owner. A row does not change its owner.");
            }
            if (telling.isPath(columns)) {
                throw new ForeignRowException("A bulk UPDATE of " + attribute
                        + " could hand rows to another owner. Change the entities one by one, which is checked.");
            }
            if (telling.isMark(columns)) {
                throw new MarkedException("A bulk UPDATE of " + attribute
                        + " would set or lift marks by hand. Use Deletions.mark(…) and undo.");
            }
            if (telling.isHidden(columns) && !Reach.isAcross()) {
                throw new ForeignRowException("A bulk UPDATE of " + attribute
                        + " could cut references that lead out of the open scope. Change the entities one by one, which is checked; "
                        + "or run it in CrossTenant.write(\"…\").");
            }
            if (!(assignment.getValue() instanceof SqmLiteralNull) && telling.isReference(columns)) {
                throw new ForeignRowException("A bulk UPDATE of " + attribute
                        + " could point rows at what is not in the open scope. Change the entities one by one, which is "
                        + "checked.");
            }
        }
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
