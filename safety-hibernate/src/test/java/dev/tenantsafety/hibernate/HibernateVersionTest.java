package dev.tenantsafety.hibernate;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hibernate.Incubating;
import org.hibernate.Internal;
import org.junit.jupiter.api.Test;

/**
 * What of Hibernate this was written for. When this fails, look at the types that {@link #whatIsIncubatingOrInternalIsKnown}
 * lists, whether they still mean the same in each version that {@code HibernateVersions} names.
 */
class HibernateVersionTest {

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tenantsafety.hibernate");

    private static boolean isUnstable(JavaClass type) {
        return type.getPackageName().startsWith("org.hibernate")
                && (type.getPackageName().contains(".internal")
                        || type.isAnnotatedWith(Incubating.class)
                        || type.isAnnotatedWith(Internal.class));
    }

    @Test
    void onlyOnePackageKnowsWhatIsIncubatingOrInternal() {
        noClasses()
                .that()
                .resideInAPackage("dev.tenantsafety.hibernate")
                .should()
                .dependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe(
                        "are incubating or internal", HibernateVersionTest::isUnstable))
                .check(OURS);
    }

    @Test
    void whatIsIncubatingOrInternalIsKnown() {
        Set<String> used = OURS.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass())
                .filter(HibernateVersionTest::isUnstable)
                .map(JavaClass::getSimpleName)
                .filter(name -> !name.isEmpty())
                .filter(name -> !name.equals("Fetch")) // incubating in some versions only
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(used)
                .containsExactly(
                        "AbstractCollectionPersister",
                        "AbstractStateManagement",
                        "AdditionalMappingContributions",
                        "AdditionalMappingContributor",
                        "AnonymousTupleEntityValuedModelPart",
                        "AuditMapping",
                        "BasicAttributeMapping",
                        "BasicBatchKey",
                        "BasicCollectionPersister",
                        "BootstrapContext",
                        "Builder",
                        "BulkOperationCleanupAction",
                        "CollectionClassification",
                        "CollectionElementLoaderByIndex",
                        "CollectionSemantics",
                        "CompositeNestedGeneratedValueGenerator",
                        "ConcreteProxy",
                        "DefaultAutoFlushEventListener",
                        "DefaultDeleteEventListener",
                        "DefaultFlushEntityEventListener",
                        "DefaultFlushEventListener",
                        "DefaultLoadEventListener",
                        "DisabledCaching",
                        "DomainParameterXref",
                        "DomainResult",
                        "EmbeddedCollectionPart",
                        "EmptyInterceptor",
                        "EnabledCaching",
                        "EntityCollectionPart",
                        "EntityFetchJoinedImpl",
                        "EntityHolder",
                        "EntityUpdateAction",
                        "EventListenerGroups",
                        "EvictVisitor",
                        "Extension",
                        "ExtensionIntegration",
                        "ExtensionIntegrationContext",
                        "FetchParent",
                        "Fetchable",
                        "FilterImpl",
                        "GeneratorCreationContext",
                        "GeneratorCreator",
                        "HibernateSchemaManagementTool",
                        "ImmutableFetchList",
                        "InsertCoordinatorStandard",
                        "JdbcSelect",
                        "JdbcSelectExecutor",
                        "JdbcSelectExecutorStandardImpl",
                        "JdbcServicesImpl",
                        "JdbcValueBindings",
                        "JoinedSubclassEntityPersister",
                        "ManyToManyCollectionPart",
                        "MappingModelCreationHelper",
                        "MappingModelCreationProcess",
                        "MutationExecutor",
                        "MutationOperation",
                        "NamedBasicTypeImpl",
                        "NativeQueryInterpreter",
                        "NativeQueryInterpreterStandardImpl",
                        "NaturalIdMapping",
                        "NavigablePath",
                        "NavigableRole",
                        "NoCachingRegionFactory",
                        "OneToManyPersister",
                        "PersistentCollection",
                        "QueryParameterBindings",
                        "RemovalsMode",
                        "ResultBuilder",
                        "ResultSetMapping",
                        "RowTransformer",
                        "SchemaTruncator",
                        "ScrollableResultsImplementor",
                        "SelectableMapping",
                        "SelectionQuery",
                        "SessionEventListener",
                        "SharedStatelessSessionBuilder",
                        "SingleTableEntityPersister",
                        "SoftDelete",
                        "SqlAstWalker",
                        "SqlFragmentPredicate",
                        "SqlSelectionImpl",
                        "SqmDerivedJoin",
                        "SqmDerivedRoot",
                        "SqmMultiTableMutationStrategyProviderStandard",
                        "StandardPersisterClassResolver",
                        "StandardSqmTranslator",
                        "StateManagement",
                        "ToOneAttributeMapping",
                        "TypeConfiguration",
                        "TypeHelper",
                        "UnionSubclassEntityPersister",
                        "Versioning",
                        "VirtualIdEmbeddable");
    }
}
