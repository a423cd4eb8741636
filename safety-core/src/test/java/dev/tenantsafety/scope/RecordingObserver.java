package dev.tenantsafety.scope;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Found by the service loader in the tests of this module. */
public final class RecordingObserver implements ScopeObserver {

    static final List<ScopeEvent> EVENTS = new CopyOnWriteArrayList<>();
    static volatile boolean failing;

    @Override
    public void observe(ScopeEvent event) {
        if (failing) {
            throw new IllegalStateException("no audit, no work");
        }
        EVENTS.add(event);
    }
}
