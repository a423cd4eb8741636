package dev.tenantsafety.hibernate.orm;

import java.io.Serializable;
import org.hibernate.SharedSessionContract;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.AbstractClassJavaType;
import org.hibernate.type.descriptor.java.MutabilityPlan;
import org.hibernate.type.descriptor.jdbc.JdbcType;
import org.hibernate.type.descriptor.jdbc.JdbcTypeIndicators;
import org.hibernate.type.descriptor.jdbc.VarcharJdbcType;

/**
 * Tells Hibernate how a ticket reads; no ticket is ever stored. All are one to it, so that what it keeps under a tenant identifier,
 * such as results of queries, is told apart by our filters and their parameters alone.
 */
final class SessionTicketJavaType extends AbstractClassJavaType<Object> {

    private static final long serialVersionUID = 1;

    SessionTicketJavaType() {
        super(Object.class, AllAlike.PLAN);
    }

    @Override
    public int extractHashCode(Object value) {
        return SessionTicket.TEXT.hashCode();
    }

    @Override
    public boolean areEqual(Object one, Object another) {
        return true;
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

    /** What stands for a ticket in a cache's key. */
    private static final class AllAlike implements MutabilityPlan<Object> {

        private static final long serialVersionUID = 1;
        private static final AllAlike PLAN = new AllAlike();

        @Override
        public boolean isMutable() {
            return false;
        }

        @Override
        public Object deepCopy(Object value) {
            return value;
        }

        @Override
        public Serializable disassemble(Object value, SharedSessionContract session) {
            return SessionTicket.TEXT;
        }

        @Override
        public Object assemble(Serializable cached, SharedSessionContract session) {
            return new SessionTicket();
        }
    }
}
