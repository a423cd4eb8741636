package dev.tenantsafety.ownership;

import dev.tenantsafety.id.IdKind;
import dev.tenantsafety.ownership.Claim.ByColumn;
import dev.tenantsafety.ownership.Claim.ByKey;
import dev.tenantsafety.ownership.Claim.ByReference;
import dev.tenantsafety.ownership.Claim.ByReferrers;
import java.util.List;
import java.util.stream.Collectors;

/** Says how one knows whose a row is. */
final class PathText {

    private final OwnershipModel model;
    private final Names names;

    PathText(OwnershipModel model, Names names) {
        this.model = model;
        this.names = names;
    }

    String of(TableName table, IdKind<?> kind) {
        List<Claim> claims = model.find(table).map(owned -> owned.claims(kind)).orElse(List.of());
        return claims.stream().map(claim -> of(claim, kind)).collect(Collectors.joining(", else "));
    }

    private String of(Claim claim, IdKind<?> kind) {
        if (claim instanceof ByKey key) {
            return Names.plain(key.column());
        }
        if (claim instanceof ByColumn column) {
            return Names.plain(column.column()) + shared(column);
        }
        if (claim instanceof ByReference way) {
            TableName target = way.reference().target();
            boolean isForAll = model.find(target).filter(OwnedTable::isShared).isPresent();
            return Names.plain(way.reference().toString()) + " → " + names.of(target)
                    + (isForAll ? " (for all)" : "." + of(target, kind));
        }
        return ((ByReferrers) claim)
                .references().stream()
                        .map(reference -> names.of(reference.table()) + "." + Names.plain(reference.toString())
                                + " leads here, " + of(reference.table(), kind))
                        .collect(Collectors.joining("; or "));
    }

    private static String shared(ByColumn column) {
        List<String> values = column.shared().stream()
                .sorted()
                .map(value -> "'" + value + "'")
                .toList();
        String text = String.join(" or ", values);
        if (column.sharedWhereNull()) {
            text = text.isEmpty() ? "null" : "null or " + text;
        }
        return text.isEmpty() ? "" : " (" + text + ": for all)";
    }
}
