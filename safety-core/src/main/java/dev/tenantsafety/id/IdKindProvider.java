package dev.tenantsafety.id;

import java.util.Collection;

/**
 * Makes kinds of IDs known before their classes are first used, so that an error can already name them.
 *
 * <p>Found by {@link java.util.ServiceLoader}: name the implementation in
 * {@code META-INF/services/dev.tenantsafety.id.IdKindProvider}, or in {@code module-info} by {@code provides}.
 *
 * <p>Asked once for each class loader, on the thread that first lists the kinds or meets an ID it cannot name. If it
 * throws, {@link IdKinds#all} passes that on each time, and messages name fewer kinds.
 *
 * <pre>{@code
 * public final class BillingIds implements IdKindProvider {
 *     @Override public Collection<IdKind<?>> kinds() { return List.of(InvoiceId.KIND, PaymentId.KIND); }
 * }
 * }</pre>
 */
public interface IdKindProvider {

    /**
     * The kinds to make known.
     *
     * @return the kinds, in any order; may be empty, holds no null
     */
    Collection<IdKind<?>> kinds();
}
