package dev.tenantsafety.hibernate.orm;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.RichHistory;
import dev.tenantsafety.hibernate.RichWorld;
import dev.tenantsafety.hibernate.World;
import dev.tenantsafety.testing.Database;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.event.internal.DefaultDeleteEventListener;
import org.hibernate.event.spi.EventType;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.query.sqm.sql.StandardSqmTranslatorFactory;

/** Guards that are taken out. Random histories are worth something only if they notice when one of them is not there. */
final class MissingGuards {

    private static final int HISTORIES = 2000;

    private MissingGuards() {}

    /** Each keeps something that no other does; of what native queries load, two do. */
    enum Guard {
        ROWS_THAT_ARE_LOADED {
            @Override
            void takeOut(SessionFactoryImplementor factory) {
                TakenOut.reads(factory);
            }
        },
        ROWS_THAT_ARE_INSERTED {
            @Override
            void takeOut(SessionFactoryImplementor factory) {
                TakenOut.remove(factory, EventType.PRE_INSERT, RowListener.class);
            }
        },
        ROWS_THAT_ARE_UPDATED {
            @Override
            void takeOut(SessionFactoryImplementor factory) {
                TakenOut.remove(factory, EventType.PRE_UPDATE, RowListener.class);
            }
        },
        ROWS_THAT_ARE_UPSERTED {
            @Override
            void takeOut(SessionFactoryImplementor factory) {
                TakenOut.remove(factory, EventType.PRE_UPSERT, RowListener.class);
            }
        },
        ROWS_THAT_ARE_DELETED {
            @Override
            void takeOut(SessionFactoryImplementor factory) {
                TakenOut.remove(factory, EventType.PRE_DELETE, RowListener.class);
            }
        },
        ELEMENTS {
            @Override
            void takeOut(SessionFactoryImplementor factory) {
                TakenOut.remove(factory, EventType.PRE_COLLECTION_RECREATE, ElementListener.class);
                TakenOut.remove(factory, EventType.PRE_COLLECTION_UPDATE, ElementListener.class);
                TakenOut.remove(factory, EventType.PRE_COLLECTION_REMOVE, ElementListener.class);
            }
        },
        LOADS_FROM_CACHES {
            @Override
            void takeOut(SessionFactoryImplementor factory) {
                TakenOut.caches(factory);
            }
        },
        MARKS {
            @Override
            void takeOut(SessionFactoryImplementor factory) {
                factory.getEventListenerRegistry().setListeners(EventType.DELETE, new DefaultDeleteEventListener());
            }
        },
        MERGES {
            @Override
            void takeOut(SessionFactoryImplementor factory) {
                TakenOut.remove(factory, EventType.MERGE, MarkedMergeListener.class);
            }
        },
        FILTERS {
            @Override
            void takeOut(SessionFactoryImplementor factory) {
                FactorySafety safety = FactorySafety.of(factory);
                FactorySafety.Mapping read = safety.mapping();
                safety.mapped(new FactorySafety.Mapping(
                        read.entities(),
                        read.levels(),
                        read.alive(),
                        read.listed(),
                        Map.of(),
                        read.openUnits(),
                        read.unreachable(),
                        read.units()));
            }
        },
        STATEMENTS {
            @Override
            void takeOut(SessionFactoryImplementor factory) throws ReflectiveOperationException {
                Field tables = StatementGuard.class.getDeclaredField("tables");
                tables.setAccessible(true);
                ((Map<?, ?>) tables.get(factory.getSessionFactoryOptions().getStatementInspector())).clear();
            }
        },
        BULK_STATEMENTS {
            @Override
            void takeOut(SessionFactoryImplementor factory) throws ReflectiveOperationException {
                TakenOut.replace(
                        factory.getQueryEngine(), GuardedTranslation.class, new StandardSqmTranslatorFactory());
            }
        },
        BULK_STATEMENTS_ON_SEVERAL_TABLES {
            @Override
            void takeOut(SessionFactoryImplementor factory) {
                factory.getMappingMetamodel().forEachEntityDescriptor((EntityPersister persister) -> {
                    Object guarded = persister.getSqmMultiTableMutationStrategy();
                    if (guarded != null) {
                        TakenOut.replace(persister, guarded.getClass(), TakenOut.inner(guarded, "strategy"));
                    }
                });
            }
        },
        NATIVE_QUERIES {
            @Override
            void takeOut(SessionFactoryImplementor factory) {
                TakenOut.nativeQueries(factory);
            }
        };

        abstract void takeOut(SessionFactoryImplementor factory) throws ReflectiveOperationException;
    }

    /** Methods that refuse, or keep rows for an undo, and that no other stands in for. */
    enum Check {
        ENTRIES_OF_MARKED_KEYS(MarkableKeys.class, "restrict"),
        ROWS_OF_NATIVE_QUERIES(NativeRows.class, "check"),
        ROWS_THAT_ARE_OUT_OF_SCOPE_AND_UPSERTED(RowListener.class, "checkNotOutside"),
        REFERENCES_TO_OTHERS(Referrer.class, "checkInScope"),
        REFERRERS(ReferrerCheck.class, "check"),
        REFERENCES_THAT_ARE_SET_BACK(ReferencesSetToNull.class, "write"),
        LINKS(PartReferenceListener.class, "check"),
        CHANGED_COLLECTIONS(ElementListener.class, "onPreUpdateCollection"),
        COLLECTIONS_OF_MARKED(MarkFlushListener.class, "leaveCollections"),
        OWNERS_IN_STATEMENTS(OwnerPredicate.class, "addTo"),
        MERGED_COPIES(MarkedMergeListener.class, "check"),
        BULK_STATEMENTS(GuardedTranslation.class, "check"),
        COLLECTIONS_THAT_ARE_TAKEN(DetachedOwner.class, "checkTaken", 850),
        CHANGES_OF_OWNERS(EntityGuard.class, "keepOwner"),
        OUTER_JOINS(FilteredJoins.class, "filter"),
        LINKS_OF_MARKED(ElementListener.class, "keepLinksOfMarked"),
        ENTRIES_OF_MARKED(ElementListener.class, "keepEntriesOfMarked"),
        STORED_OWNERS(StoredOwners.class, "keepInUpsert"),
        OWNERS_OF_BOTH_ENDS(Referrer.class, "checkOwnersAgree"),
        READ_ONLY(Refusals.class, "checkNotReadOnly"),
        MARKED_UNITS(MarkedUnits.class, "check", 250),
        MARKED_UNITS_IN_THE_BIN(SessionBinding.class, "checkUnitsOpen", 440),
        COLLECTIONS_OF_REMOVED(MarkFlushListener.class, "copyCollections"),
        RECORDS(SessionMarks.class, "record"),
        COLUMNS(TellingColumns.class, "writtenBy"),
        KEYS_OF_COLLECTIONS(CollectionKeys.class, "check", 1600),
        KEYS_OF_STATELESS_COLLECTIONS(CollectionKeys.class, "checkWritten"),
        KEYS_OF_MAPS(LinkKeys.class, "check"),
        OWNERS_OF_UNITS(Reach.class, "checkUnit", 1700),
        ROWS_OF_NO_TENANT(Reach.class, "checkWhole"),
        LEVELS_OF_SCOPES(ScopeLevels.class, "check", 180),
        ROWS_MARKED_MEANWHILE(WrittenRows.class, "check"),
        HIDDEN_ELEMENTS(Visible.class, "checkRemoval", 150),
        STATELESS_ELEMENTS(Visible.class, "checkElements"),
        IDS_THAT_POINT(SharedKeyListener.class, "check", 220),
        TOLD_REFERENCES(References.class, "checkTold"),
        CUT_REFERENCES(CutReferences.class, "check", 2180),
        CUT_REFERENCES_OF_STATELESS_WRITES(CutReferences.class, "checkStored"),
        OTHER_KEYS(Referrer.class, "checkUniqueKey"),
        CUT_LINKS(ElementListener.class, "checkCut", 1000),
        HIDDEN_TARGETS_OF_OTHER_KEYS(UniqueKeyReferences.class, "checkHidden", 300),
        REWRITTEN_LISTS(Visible.class, "checkRewritten", 950),
        PLACES(Visible.class, "checkIndexed", 380),
        REFERENCES_OF_WHAT_IS_TAKEN_BACK(TakenBackReferences.class, "check"),
        TOLD_PATHS(StoredOwners.class, "keepPath", 450),
        HELD_ROWS(HeldRowsListener.class, "onPersist"),
        JOINS_OF_TUPLES(TupleJoins.class, "filter"),
        PARTS_THAT_ARE_NOT_FILTERED(UnfilteredParts.class, "check"),
        SEVERAL_LOADS(SeveralLoads.class, "isMarked");

        private final Class<?> type;
        private final String method;

        /** The history to begin with: one that is noticed late is looked for near the seed that noticed it. */
        private final long first;

        Check(Class<?> type, String method) {
            this(type, method, 0);
        }

        Check(Class<?> type, String method, long first) {
            this.type = type;
            this.method = method;
            this.first = first;
        }
    }

    /** Every second of them: each half takes minutes, and runs in a process of its own. */
    static List<Check> half(int from) {
        return IntStream.range(0, Check.values().length)
                .filter(i -> i % 2 == from)
                .mapToObj(i -> Check.values()[i])
                .toList();
    }

    static void isNoticedByRandomHistories(Guard guard) throws ReflectiveOperationException {
        try (World world = RichWorld.on(Database.H2)) {
            SessionFactoryImplementor factory = world.safe.unwrap(SessionFactoryImplementor.class);
            TakenOut.of(factory);
            guard.takeOut(factory);
            isNoticed(world, 0);
        }
    }

    static void isNoticedByRandomHistories(Check check) {
        notUsedAgain(); // what a factory has built keeps what is there to be taken out
        try (Skipped skipped = Skipped.nothing()) {
            skipped.skip(check.type, check.method);
            try (World world = RichWorld.on(Database.H2)) {
                TakenOut.of(world.safe.unwrap(SessionFactoryImplementor.class));
                isNoticed(world, check.first);
            }
        }
    }

    private static void notUsedAgain() {
        try (World world = RichWorld.on(Database.H2)) {
            TakenOut.of(world.safe.unwrap(SessionFactoryImplementor.class));
        }
    }

    private static void isNoticed(World world, long first) {
        assertThatThrownBy(() -> {
                    for (long seed = first; seed < first + HISTORIES; seed++) {
                        RichHistory.play(seed, world);
                    }
                })
                .as("%s histories without it", HISTORIES)
                .isInstanceOfAny(AssertionError.class, RuntimeException.class);
    }
}
