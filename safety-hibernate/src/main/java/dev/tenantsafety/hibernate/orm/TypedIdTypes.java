package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.DeletionId;
import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.IdKinds;
import dev.tenantsafety.id.IllegalIdKindException;
import dev.tenantsafety.id.SiteId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.id.TypedId;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.boot.model.TypeContributions;
import org.hibernate.boot.model.TypeContributor;
import org.hibernate.service.ServiceRegistry;
import org.hibernate.type.BasicType;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.hibernate.type.internal.NamedBasicTypeImpl;
import org.hibernate.type.spi.TypeConfiguration;

/**
 * Makes each known kind of ID a basic type, so that it maps without an annotation wherever a basic type may stand. Kinds are
 * known through {@link dev.tenantsafety.id.IdKindProvider}; those of this library always.
 */
public final class TypedIdTypes implements TypeContributor {

    /** For {@link java.util.ServiceLoader}. */
    public TypedIdTypes() {}

    @Override
    public void contribute(TypeContributions contributions, ServiceRegistry registry) {
        IdKinds.all().forEach(kind -> contribute(kind, contributions));
        contributeOurs(TenantId.class, contributions);
        contributeOurs(SiteId.class, contributions);
        contributeOurs(AppId.class, contributions);
        contributeOurs(DeletionId.class, contributions);
    }

    /** The types of all kinds that were known when the mapping was read. */
    static List<BasicType<?>> registered(TypeConfiguration types) {
        List<BasicType<?>> registered = new ArrayList<>();
        types.getJavaTypeRegistry().forEachDescriptor(javaType -> {
            if (javaType instanceof TypedIdJavaType<?>) {
                registered.add(types.getBasicTypeRegistry()
                        .getRegisteredType(javaType.getJavaTypeClass().getName()));
            }
        });
        return registered;
    }

    private static <T extends TypedId<T>> void contributeOurs(Class<T> type, TypeContributions contributions) {
        IdKind<T> kind;
        try {
            kind = IdKinds.of(type);
        } catch (IllegalIdKindException e) {
            return; // a kind of the application stands in for it
        }
        contribute(kind, contributions);
    }

    private static <T extends TypedId<T>> void contribute(IdKind<T> kind, TypeContributions contributions) {
        TypeConfiguration types = contributions.getTypeConfiguration();
        TypedIdJavaType<T> javaType = new TypedIdJavaType<>(kind);
        contributions.contributeJavaType(javaType);
        JdbcType jdbcType = types.getJdbcTypeRegistry().getDescriptor(javaType.sqlType());
        // Under the class name: @TenantId and filter parameters look for a registered type by that name, and Envers
        // asks for a
        // type again by the name that it gives itself.
        String name = kind.type().getName();
        types.getBasicTypeRegistry().register(new NamedBasicTypeImpl<>(javaType, jdbcType, name), name);
    }
}
