package dev.tenantsafety.transfer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows that stand in the way, of one table and for one reason.
 *
 * @param before the sentence before the keys
 * @param keys some of the keys; empty where the sentence needs none
 * @param after the sentence after them
 */
record Conflict(String before, List<String> keys, String after) {

    private static final int SHOWN = 5;

    /** One conflict for each reason, of the keys of all. */
    static List<Conflict> merged(List<Conflict> all) {
        Map<String, Conflict> byReason = new LinkedHashMap<>();
        for (Conflict conflict : all) {
            byReason.merge(conflict.before + conflict.after, conflict, Conflict::plus);
        }
        return List.copyOf(byReason.values());
    }

    private Conflict plus(Conflict other) {
        List<String> both = new ArrayList<>(keys);
        both.addAll(other.keys);
        // one more than is shown, to know that there are more
        return new Conflict(before, both.subList(0, Math.min(both.size(), SHOWN + 1)), after);
    }

    @Override
    public String toString() {
        if (keys.isEmpty()) {
            return before + after;
        }
        boolean isMore = keys.size() > SHOWN;
        return before + (isMore ? keys.subList(0, SHOWN) + " and more" : keys.toString()) + after;
    }
}
