package dev.tenantsafety.transfer;

import dev.tenantsafety.TenantSafetyException;

/** A run was stopped because somebody wanted it. What it wrote stays, and executing again goes on from there. */
public final class TransferStoppedException extends TenantSafetyException {

    private static final long serialVersionUID = 1;

    TransferStoppedException(TransferProgress.Event event) {
        super("Stopped after " + event.rowsDone() + " rows, with " + event.unitsDone() + " of " + event.units()
                + " owners done. What was written stays; execute again to go on from there.");
    }
}
