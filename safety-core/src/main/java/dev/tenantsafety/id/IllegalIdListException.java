package dev.tenantsafety.id;

import dev.tenantsafety.TenantSafetyException;

/**
 * A list of IDs was refused as a whole. The message is the report: a headline that counts what was found, then the bad
 * lines and duplicates, up to a limit.
 */
public final class IllegalIdListException extends TenantSafetyException {

    private static final long serialVersionUID = 1;

    private final IdListReport report;

    IllegalIdListException(IdListReport report) {
        super(report.toString());
        this.report = report;
    }

    /**
     * What was found, for programs.
     *
     * @return the report
     */
    public IdListReport report() {
        return report;
    }
}
