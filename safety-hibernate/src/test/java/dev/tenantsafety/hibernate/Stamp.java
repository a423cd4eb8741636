package dev.tenantsafety.hibernate;

import java.util.Arrays;
import org.hibernate.Interceptor;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * Writes one attribute in each row that a stateless session writes.
 *
 * @param attribute its name
 * @param value what is written
 */
record Stamp(String attribute, Object value) implements Interceptor {

    private void write(Object[] state, String[] names) {
        state[Arrays.asList(names).indexOf(attribute)] = value;
    }

    @Override
    public void onInsert(Object entity, @Nullable Object id, Object[] state, String[] names, Type[] types) {
        write(state, names);
    }

    @Override
    public void onUpdate(Object entity, Object id, Object[] state, String[] names, Type[] types) {
        write(state, names);
    }

    @Override
    public void onUpsert(Object entity, Object id, Object[] state, String[] names, Type[] types) {
        write(state, names);
    }
}
