package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.hibernate.world.LabelId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MapKeyJoinColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.hibernate.annotations.AnyDiscriminatorValue;
import org.hibernate.annotations.AnyKeyJavaClass;
import org.hibernate.annotations.ManyToAny;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** References that are written as a part of a collection's row lead into the open scope, like all others. */
@ParameterizedClass
@EnumSource(Database.class)
class PartReferenceTest {

    @Entity(name = "Doc")
    static class Doc {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;
    }

    @Embeddable
    static class Entry {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "doc_id")
        @Nullable
        Doc doc;

        @Embedded
        Deep deep = new Deep();

        String text = "";
    }

    @Embeddable
    static class Deep {
        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "deep_id")
        @Nullable
        Doc doc;
    }

    @Entity(name = "Folder")
    static class Folder {
        @Id
        LabelId id = LabelId.create();

        @OwnedBy
        @Nullable
        TenantId tenant;

        @ElementCollection
        List<Entry> entries = new ArrayList<>();

        @ElementCollection
        @MapKeyJoinColumn(name = "doc_id")
        Map<Doc, String> texts = new HashMap<>();

        @ManyToAny
        @AnyKeyJavaClass(LabelId.class)
        @AnyDiscriminatorValue(discriminator = "D", entity = Doc.class)
        @Column(name = "what")
        @JoinTable(
                name = "folder_any",
                joinColumns = @JoinColumn(name = "owner_id"),
                inverseJoinColumns = @JoinColumn(name = "what_id"))
        Set<Object> anything = new HashSet<>();
    }

    private final World world;
    private final TenantId a = TenantId.create();
    private final TenantId b = TenantId.create();
    private final Doc own = new Doc();
    private final Doc foreign = new Doc();
    private final Folder folder = new Folder();

    PartReferenceTest(Database database) {
        world = new World(database, List.of(Doc.class, Folder.class), Map.of());
        world.in(b, em -> em.persist(foreign));
        world.in(a, em -> {
            em.persist(own);
            em.persist(folder);
        });
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void isHeldToTheScope(BiConsumer<Folder, Doc> add) {
        assertThatThrownBy(() -> world.in(
                        a, em -> add.accept(em.find(Folder.class, folder.id), em.getReference(Doc.class, foreign.id))))
                .hasRootCauseInstanceOf(ForeignRowException.class);
        assertThatThrownBy(() -> world.in(a, em -> {
                    Folder made = new Folder();
                    add.accept(made, em.getReference(Doc.class, foreign.id));
                    em.persist(made);
                }))
                .hasRootCauseInstanceOf(ForeignRowException.class);
        world.in(a, em -> add.accept(em.find(Folder.class, folder.id), em.getReference(Doc.class, own.id)));
    }

    @Test
    void inAnEmbeddable() {
        isHeldToTheScope((folder, doc) -> {
            Entry entry = new Entry();
            entry.doc = doc;
            folder.entries.add(entry);
        });
        assertThat(world.count("Folder_entries where doc_id is not null")).isEqualTo(1);
    }

    @Test
    void inAnEmbeddableWithinIt() {
        isHeldToTheScope((folder, doc) -> {
            Entry entry = new Entry();
            entry.deep.doc = doc;
            folder.entries.add(entry);
        });
        assertThat(world.count("Folder_entries where deep_id is not null")).isEqualTo(1);
    }

    @Test
    @Shows(
            value =
                    "a reference to a row of somebody else, or a marked one: a to-one, `@Any`, an element or key of a collection, a part of an `@EmbeddedId`; by an instance made by hand, by `getReference` of a bytecode-enhanced class",
            in = Shows.NOT_PROTECTED)
    void asTheKeyOfAMap() {
        isHeldToTheScope((folder, doc) -> folder.texts.put(doc, "text"));
        assertThat(world.count("Folder_texts")).isEqualTo(1);
    }

    @Test
    @Shows(
            value =
                    "a reference to a row of somebody else, or a marked one: a to-one, `@Any`, an element or key of a collection, a part of an `@EmbeddedId`; by an instance made by hand, by `getReference` of a bytecode-enhanced class",
            in = Shows.NOT_PROTECTED)
    void toAnyEntity() {
        isHeldToTheScope((folder, doc) -> folder.anything.add(doc));
        assertThat(world.count("folder_any")).isEqualTo(1);
    }
}
