package dev.tenantsafety.hibernate.orm;

import dev.tenantsafety.hibernate.HardDeleteRefusedException;
import java.util.Map;
import org.hibernate.tool.schema.internal.HibernateSchemaManagementTool;
import org.hibernate.tool.schema.spi.SchemaTruncator;

/** Hibernate's own schema tool, which truncates nothing: all rows of all owners would be gone. */
final class GuardedSchemaTool extends HibernateSchemaManagementTool {

    private static final long serialVersionUID = 1;

    @Override
    public SchemaTruncator getSchemaTruncator(Map<String, Object> options) {
        throw new HardDeleteRefusedException(
                "SchemaManager.truncate would remove all rows of all owners for good. Use remove(…), which marks, or "
                        + "Deletions.mark(…) for many; empty a test database in a session factory with "
                        + SafetySettings.ENABLED + "=false.");
    }
}
