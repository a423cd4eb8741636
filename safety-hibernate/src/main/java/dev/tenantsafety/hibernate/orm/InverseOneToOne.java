package dev.tenantsafety.hibernate.orm;

import java.util.function.Function;
import org.hibernate.annotations.NotFoundAction;
import org.hibernate.mapping.ManyToOne;
import org.hibernate.mapping.OneToOne;
import org.hibernate.mapping.Property;
import org.hibernate.metamodel.mapping.internal.ToOneAttributeMapping;

/**
 * A one-to-one whose foreign key is on the other side. Where nobody points back it is null; with filters in force Hibernate takes the
 * entity's own key for a foreign key, and throws {@code EntityFilterException}. No foreign key of this side can be lost by a null.
 */
final class InverseOneToOne extends ToOneAttributeMapping {

    private InverseOneToOne(ToOneAttributeMapping original) {
        super(original);
    }

    static boolean is(Property property) {
        return (property.getValue() instanceof OneToOne one && !one.isConstrained()) || isInJoinTable(property);
    }

    /** A proxy of a hidden row would fail where it is used. As any inverse one-to-one, it is read at once, and null where nothing is seen. */
    static void readAtOnce(Property property) {
        if (isInJoinTable(property) && property.getValue() instanceof ManyToOne reference) {
            reference.setLazy(false);
            reference.setNotFoundAction(NotFoundAction.IGNORE);
            property.setLazy(false);
        }
    }

    /** Of the other side of a join table, which is a reference to Hibernate. */
    static boolean isInJoinTable(Property property) {
        return property.getPersistentClass() != null
                && property.getPersistentClass().getJoins().stream()
                        .anyMatch(join -> join.isInverse() && join.containsProperty(property));
    }

    static Function<ToOneAttributeMapping, ToOneAttributeMapping> of(Property property) {
        return is(property) ? InverseOneToOne::new : Function.identity();
    }

    @Override
    public NotFoundAction getNotFoundAction() {
        return NotFoundAction.IGNORE;
    }
}
