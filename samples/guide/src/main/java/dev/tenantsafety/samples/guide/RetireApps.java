package dev.tenantsafety.samples.guide;

import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.TenantId;
import dev.tenantsafety.validation.BlastRadius;
import dev.tenantsafety.validation.IdText;
import jakarta.validation.constraints.NotNull;
import java.util.List;

// spotless:off
public record RetireApps(@NotNull @IdText(TenantId.class) String tenant,
                         @BlastRadius(max = 60) List<@IdText(AppId.class) String> apps) {}
// spotless:on
