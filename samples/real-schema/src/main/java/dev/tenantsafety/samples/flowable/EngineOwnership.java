package dev.tenantsafety.samples.flowable;

import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.ownership.OwnershipRules;
import java.util.List;
import java.util.Map;

/**
 * Whose the rows of Flowable's process engine are. It takes any text for a tenant; here it is the UUID of the service's own table
 * of tenants, {@code shop}, which stands beside the engine's.
 */
public final class EngineOwnership {

    private static final List<String> BY_INSTANCE_OR_TASK =
            List.of("act_hi_varinst", "act_hi_detail", "act_hi_comment", "act_hi_attachment", "act_hi_identitylink");

    private EngineOwnership() {}

    /**
     * Adds what the database does not say.
     *
     * @param rules to add to
     * @return the same
     */
    public static OwnershipRules rules(OwnershipRules rules) {
        rules.root("shop", TenantId.KIND)
                .ownedByColumn("tenant_id_", TenantId.KIND)
                .sharedWhere("tenant_id_", "") // the engine's default tenant
                .sharedWhereNull("tenant_id_")
                .ownedThroughForeignKeys();
        runtime(rules);
        history(rules);
        contents(rules);
        people(rules);
        return rules.excluded("act_ge_property", "versions and counters of the engine")
                .excluded("act_evt_log", "a log for debugging, off unless asked for")
                .excluded("act_id_property", "versions of the engine");
    }

    private static void runtime(OwnershipRules rules) {
        rules.foreignKey("act_ru_variable", "task_id_", "act_ru_task")
                .ownedThroughEither("act_ru_variable", "proc_inst_id_", "task_id_")
                .ownedThroughEither("act_ru_identitylink", "proc_inst_id_", "task_id_", "proc_def_id_")
                .ownedThroughType("act_ru_entitylink", "scope_type_", "scope_id_", Map.of("bpmn", "act_ru_execution"))
                .ownedThrough("flw_event_resource", "deployment_id_");
    }

    /** History outlives what it tells of, so the engine has no foreign keys there. */
    private static void history(OwnershipRules rules) {
        for (String table : BY_INSTANCE_OR_TASK) {
            rules.foreignKey(table, "proc_inst_id_", "act_hi_procinst")
                    .foreignKey(table, "task_id_", "act_hi_taskinst")
                    .ownedThroughEither(table, "proc_inst_id_", "task_id_");
        }
        rules.ownedThroughType("act_hi_entitylink", "scope_type_", "scope_id_", Map.of("bpmn", "act_hi_procinst"));
    }

    /** Large values, sources and stack traces stand in one table, and whoever needs one points at it. */
    private static void contents(OwnershipRules rules) {
        rules.foreignKey("act_hi_varinst", "bytearray_id_", "act_ge_bytearray")
                .foreignKey("act_hi_detail", "bytearray_id_", "act_ge_bytearray")
                .foreignKey("act_hi_attachment", "content_id_", "act_ge_bytearray")
                .ownedByReferrers("act_ge_bytearray")
                .orElseThrough("act_ge_bytearray", "deployment_id_");
    }

    private static void people(OwnershipRules rules) {
        rules.foreignKey("act_id_user", "picture_id_", "act_id_bytearray")
                .ownedByReferrers("act_id_bytearray")
                .foreignKey("act_id_info", "user_id_", "act_id_user")
                .ownedThrough("act_id_info", "user_id_")
                .foreignKey("act_id_token", "user_id_", "act_id_user")
                .ownedThrough("act_id_token", "user_id_")
                .foreignKey("act_id_priv_mapping", "user_id_", "act_id_user")
                .ownedThrough("act_id_priv_mapping", "user_id_")
                .shared("act_id_group", "act_id_priv");
    }
}
