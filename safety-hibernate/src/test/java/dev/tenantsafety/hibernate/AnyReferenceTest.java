package dev.tenantsafety.hibernate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenantsafety.TenantSafetyException;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.testing.Database;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.MapKeyJoinColumn;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.hibernate.annotations.Any;
import org.hibernate.annotations.AnyDiscriminatorValue;
import org.hibernate.annotations.AnyKeyJavaClass;
import org.hibernate.annotations.ManyToAny;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** References whose entity the row itself names ({@code @Any}), and those that are keys of maps. */
@ParameterizedClass
@EnumSource(Database.class)
class AnyReferenceTest extends WorldTest {

    @Entity(name = "Photo")
    static class Photo implements SoftDeletable {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Embedded
        @Nullable
        Tombstone tombstone;
    }

    @Entity(name = "Remark")
    static class Remark {
        @Id
        long id;

        @OwnedBy
        @Nullable
        TenantId tenant;

        @Any(fetch = FetchType.LAZY)
        @AnyDiscriminatorValue(discriminator = "P", entity = Photo.class)
        @AnyKeyJavaClass(Long.class)
        @Column(name = "about_type")
        @JoinColumn(name = "about_id")
        @Nullable
        Object about;

        @ManyToAny(fetch = FetchType.LAZY)
        @AnyDiscriminatorValue(discriminator = "P", entity = Photo.class)
        @AnyKeyJavaClass(Long.class)
        @Column(name = "shown_type")
        @JoinTable(
                name = "remark_shown",
                joinColumns = @JoinColumn(name = "remark_id"),
                inverseJoinColumns = @JoinColumn(name = "shown_id"))
        Set<Object> shown = new HashSet<>();

        @ElementCollection
        @MapKeyJoinColumn(name = "photo_id")
        Map<Photo, String> captions = new HashMap<>();

        @ManyToMany
        @JoinTable(name = "remark_pairs")
        @MapKeyJoinColumn(name = "left_id")
        Map<Photo, Photo> pairs = new HashMap<>();
    }

    AnyReferenceTest(Database database) {
        super(new World(database, List.of(Photo.class, Remark.class), Map.of()));
    }

    @BeforeEach
    void photos() {
        for (long id : new long[] {1, 3}) {
            inA(em -> em.persist(photo(id)));
        }
        world.in(b, em -> em.persist(photo(2)));
        inA(em -> em.remove(em.find(Photo.class, 3L)));
    }

    private static Photo photo(long id) {
        Photo photo = new Photo();
        photo.id = id;
        return photo;
    }

    private void write(Consumer<Remark> change) {
        inA(em -> {
            Remark remark = new Remark();
            remark.id = 1;
            change.accept(remark);
            em.persist(remark);
            em.flush();
        });
    }

    @Test
    void ownPhotosCanBeReferredTo() {
        inA(em -> {
            Photo own = em.find(Photo.class, 1L);
            Remark remark = new Remark();
            remark.id = 1;
            remark.about = own;
            remark.shown.add(own);
            remark.captions.put(own, "a");
            remark.pairs.put(own, own);
            em.persist(remark);
        });
        inA(em -> {
            Remark remark = em.find(Remark.class, 1L);
            assertThat(remark.shown).hasSize(1);
            assertThat(remark.captions).hasSize(1);
            assertThat(remark.pairs).hasSize(1);
        });
    }

    @Test
    @Shows(
            value =
                    "a reference to a row of somebody else, or a marked one: a to-one, `@Any`, an element or key of a collection, a part of an `@EmbeddedId`; by an instance made by hand, by `getReference` of a bytecode-enhanced class",
            in = Shows.PROTECTED)
    void photosOfOthersAndMarkedOnesCannot() {
        for (long id : new long[] {2, 3}) {
            Photo other = photo(id); // what one who knows the key makes by hand
            List<Consumer<Remark>> changes = List.of(
                    remark -> remark.about = other,
                    remark -> remark.shown.add(other),
                    remark -> remark.captions.put(other, "x"),
                    remark -> remark.pairs.put(other, other));
            for (Consumer<Remark> change : changes) {
                assertThatThrownBy(() -> write(change)).isInstanceOf(TenantSafetyException.class);
            }
        }
        assertThat(world.count("Remark")).isZero();
    }
}
