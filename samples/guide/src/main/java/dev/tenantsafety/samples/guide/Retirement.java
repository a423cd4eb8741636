package dev.tenantsafety.samples.guide;

import dev.tenantsafety.id.AppId;
import dev.tenantsafety.id.IdRefusal;
import dev.tenantsafety.id.ParseResult.Parsed;
import dev.tenantsafety.id.ParseResult.Refused;
import java.util.ArrayList;
import java.util.List;

/** An endpoint by hand: text comes in, typed IDs go on. */
public final class Retirement {

    private final List<AppId> retired = new ArrayList<>();

    public List<AppId> retired() {
        return List.copyOf(retired);
    }

    void retire(AppId app) {
        retired.add(app);
    }

    private static String accepted() {
        return "202";
    }

    private static String badRequest(IdRefusal refusal) {
        return "400 " + refusal.sentence();
    }

    // spotless:off
    public String retire(String text) {
        var result = AppId.KIND.tryParse(text);
        if (result instanceof Refused<AppId> refused) {
            return badRequest(refused.refusal());                  // its sentence(), reason() and actualPrefix()
        }
        retire(((Parsed<AppId>) result).id());
        return accepted();
    }
    // spotless:on
}
