package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.id.IdKind.Backing;
import dev.tenantsafety.id.TypedId;
import java.util.UUID;
import org.hibernate.type.SqlTypes;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.AbstractClassJavaType;
import org.hibernate.type.descriptor.java.UUIDJavaType;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.hibernate.type.descriptor.jdbc.JdbcTypeIndicators;
import org.jspecify.annotations.Nullable;

/**
 * How a typed ID stands in a column: its bare UUID in a column of type {@code uuid}, its bare number in a {@code bigint}.
 *
 * <p>What comes from a column passes the record's constructor, so a column that holds IDs of another kind is noticed when it
 * is read.
 */
final class TypedIdJavaType<T extends TypedId<T>> extends AbstractClassJavaType<T> {

    private static final long serialVersionUID = 1;

    private final transient IdKind<T> kind;

    TypedIdJavaType(IdKind<T> kind) {
        super(kind.type());
        this.kind = kind;
    }

    IdKind<T> kind() {
        return kind;
    }

    int sqlType() {
        return switch (kind.backing()) {
            case UUID -> SqlTypes.UUID;
            case NUMBER -> SqlTypes.BIGINT;
            case TEXT -> SqlTypes.VARCHAR;
        };
    }

    @Override
    public JdbcType getRecommendedJdbcType(JdbcTypeIndicators context) {
        return context.getJdbcType(
                kind.backing() == Backing.UUID ? context.getPreferredSqlTypeCodeForUuid() : sqlType());
    }

    @Override
    public boolean useObjectEqualsHashCode() {
        return true;
    }

    @Override
    public String toString(T value) {
        return kind.format(value);
    }

    @Override
    public T fromString(CharSequence string) {
        return kind.parse(string.toString());
    }

    @Override
    public <X> @Nullable X unwrap(@Nullable T value, Class<X> type, WrapperOptions options) {
        if (value == null) {
            return null;
        }
        if (type.isInstance(value)) {
            return type.cast(value);
        }
        Object bare =
                switch (kind.backing()) {
                    case UUID ->
                        type == byte[].class || type == String.class
                                ? UUIDJavaType.INSTANCE.unwrap(value.uuid(), type, options)
                                : value.uuid();
                    case NUMBER -> value.number();
                    case TEXT -> value.text();
                };
        if (type.isInstance(bare)) {
            return type.cast(bare);
        }
        throw unknownUnwrap(type);
    }

    @Override
    public <X> @Nullable T wrap(@Nullable X value, WrapperOptions options) {
        if (value == null) {
            return null;
        }
        if (isInstance(value)) {
            return cast(value);
        }
        switch (kind.backing()) {
            case UUID -> {
                if (value instanceof UUID || value instanceof byte[] || value instanceof String) {
                    return kind.of(UUIDJavaType.INSTANCE.wrap(value, options));
                }
            }
            case NUMBER -> {
                if (value instanceof Number number) {
                    return kind.of(number.longValue());
                }
            }
            case TEXT -> {
                if (value instanceof String text) {
                    return kind.of(text);
                }
            }
        }
        throw unknownWrap(value.getClass());
    }
}
