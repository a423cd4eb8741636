package dev.tenantsafety.hibernate.orm;

import org.hibernate.SessionEventListener;
import org.hibernate.resource.jdbc.spi.StatementInspector;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether a session still has its gate before each statement and each read of the second-level cache: a session that lost
 * it, or was never given one, reads and writes nothing. With the transaction ends what the session knows of rows.
 */
final class GateWatch implements SessionEventListener {

    private static final long serialVersionUID = 1;

    private final transient SessionBinding binding;

    private final transient @Nullable StatementGuard statements;

    GateWatch(SessionBinding binding, @Nullable StatementInspector inspector) {
        this.binding = binding;
        this.statements = inspector instanceof StatementGuard ours ? ours : null; // then the factory is refused
    }

    @Override
    public void jdbcPrepareStatementStart() {
        binding.checkGate();
        if (statements != null && statements.wasCall()) {
            binding.called();
        }
    }

    @Override
    public void flushEnd(int entities, int collections) {
        flushed();
    }

    @Override
    public void partialFlushEnd(int entities, int collections) {
        flushed();
    }

    private void flushed() {
        binding.written().flushed();
        binding.marks().flushed();
    }

    @Override
    public void transactionCompletion(boolean successful) {
        binding.completed();
    }

    @Override
    public void cacheGetStart() {
        binding.checkGate();
    }
}
