package dev.tenantsafety.hibernate.orm;

import org.hibernate.SessionEventListener;

/**
 * Looks whether a session still has its gate before each statement and each read of the second-level cache: a session that lost
 * it, or was never given one, reads and writes nothing. With the transaction ends what the session knows of rows.
 */
final class GateWatch implements SessionEventListener {

    private static final long serialVersionUID = 1;

    private final transient SessionBinding binding;

    GateWatch(SessionBinding binding) {
        this.binding = binding;
    }

    @Override
    public void jdbcPrepareStatementStart() {
        binding.checkGate();
    }

    @Override
    public void flushEnd(int entities, int collections) {
        binding.flushed();
    }

    @Override
    public void partialFlushEnd(int entities, int collections) {
        binding.flushed();
    }

    @Override
    public void transactionCompletion(boolean successful) {
        binding.reach().forget();
    }

    @Override
    public void cacheGetStart() {
        binding.checkGate();
    }
}
