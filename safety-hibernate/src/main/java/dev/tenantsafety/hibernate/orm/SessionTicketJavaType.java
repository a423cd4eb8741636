package dev.tenantsafety.hibernate.orm;

import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.AbstractClassJavaType;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.hibernate.type.descriptor.jdbc.JdbcTypeIndicators;
import org.hibernate.type.descriptor.jdbc.VarcharJdbcType;

/** Tells Hibernate how a ticket reads; no ticket is ever stored. */
final class SessionTicketJavaType extends AbstractClassJavaType<Object> {

    private static final long serialVersionUID = 1;

    SessionTicketJavaType() {
        super(Object.class);
    }

    @Override
    public JdbcType getRecommendedJdbcType(JdbcTypeIndicators context) {
        return VarcharJdbcType.INSTANCE;
    }

    @Override
    public String toString(Object value) {
        return value.toString();
    }

    @Override
    public Object fromString(CharSequence string) {
        return new SessionTicket();
    }

    @Override
    public <X> X unwrap(Object value, Class<X> type, WrapperOptions options) {
        throw unknownUnwrap(type);
    }

    @Override
    public <X> Object wrap(X value, WrapperOptions options) {
        throw unknownWrap(value.getClass());
    }
}
