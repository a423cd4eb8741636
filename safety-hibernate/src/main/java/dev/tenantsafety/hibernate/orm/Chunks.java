package dev.tenantsafety.hibernate.orm;

import java.util.ArrayList;
import java.util.List;

/** Parts of a list that one statement takes. */
final class Chunks {

    private Chunks() {}

    /** Views of a list, in its order, each of a size but the last. */
    static <E> List<List<E>> of(List<E> all, int size) {
        List<List<E>> chunks = new ArrayList<>();
        for (int from = 0; from < all.size(); from += size) {
            chunks.add(all.subList(from, Math.min(all.size(), from + size)));
        }
        return chunks;
    }
}
