package dev.tenantsafety.id;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The distinct IDs of a list in their order, each with the line where it stood first. A map would do, at three times the
 * memory and twice the time: here a slot is a number that holds the hash of an ID and its place in the list, found by open
 * addressing (linear probing).
 */
final class LineIndex<T> {

    static final long NEW = 0;

    private static final int FIRST_CAPACITY = 64;
    private static final long PLACE = 0xffff_ffffL;

    private final List<T> ids = new ArrayList<>();
    private long[] lines = new long[FIRST_CAPACITY / 2];
    /** Hash in the upper half, place in the list plus one in the lower half; 0 is free. At most half of it is used. */
    private long[] slots = new long[FIRST_CAPACITY];

    /** Adds an ID unless it is there; gives the line where it stood first, or NEW. */
    long add(T id, long line) {
        long hash = hash(id);
        int at = (int) hash & (slots.length - 1);
        while (slots[at] != 0) {
            if (slots[at] >>> 32 == hash) {
                int place = (int) (slots[at] & PLACE) - 1;
                if (ids.get(place).equals(id)) {
                    return lines[place];
                }
            }
            at = (at + 1) & (slots.length - 1);
        }
        ids.add(id);
        slots[at] = hash << 32 | ids.size();
        keepLine(line);
        if (ids.size() > slots.length / 2) {
            grow();
        }
        return NEW;
    }

    /** Spread by a multiplication, for hashes of UUIDs of one millisecond and of numbers in a row are alike. */
    private static long hash(Object id) {
        int spread = id.hashCode() * 0x9e3779b9;
        return (spread ^ (spread >>> 16)) & 0xffff_ffffL;
    }

    private void keepLine(long line) {
        if (ids.size() > lines.length) {
            lines = Arrays.copyOf(lines, lines.length * 2);
        }
        lines[ids.size() - 1] = line;
    }

    private void grow() {
        if (slots.length == 1 << 30) {
            throw new IllegalStateException("A list may hold " + (slots.length / 2) + " IDs; this one holds more.");
        }
        long[] old = slots;
        slots = new long[old.length * 2];
        for (long slot : old) {
            if (slot != 0) {
                int at = (int) (slot >>> 32) & (slots.length - 1);
                while (slots[at] != 0) {
                    at = (at + 1) & (slots.length - 1);
                }
                slots[at] = slot;
            }
        }
    }

    int size() {
        return ids.size();
    }

    List<T> ids() {
        return ids;
    }
}
