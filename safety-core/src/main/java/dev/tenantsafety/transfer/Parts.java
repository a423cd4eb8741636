package dev.tenantsafety.transfer;

import dev.tenantsafety.ownership.OwnershipModel;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands out what is to be written, in the order in which it is read, to several threads; rows that point at others wait until those
 * are there. Nobody waits for what comes later in that order, so somebody always goes on.
 */
final class Parts {

    private final List<Part> parts;
    private final OwnershipModel model;
    private final ReadAhead ahead;
    private final Consumer<Units> batchDone;

    /** Whoever has it takes the next piece, and waits for what that needs; those who write do not need it. */
    private final Lock taking = new ReentrantLock();

    /** The part of which pieces are taken, and whether one was; guarded by {@link #taking}. */
    private int current;

    private boolean isBegun;

    /** Parts that are being read or written, and of how many that is said; guarded by this object, as what follows. */
    private final Map<Integer, Integer> open = new HashMap<>();

    /** Parts of a batch that are not written yet. */
    private final Map<Integer, Integer> left = new HashMap<>();

    private boolean isStopped;

    /** Their rows come from the reader, in their order; who is given last is told of each batch that is written. */
    Parts(List<Part> parts, OwnershipModel model, ReadAhead ahead, Consumer<Units> batchDone) {
        this.parts = parts;
        this.model = model;
        this.ahead = ahead;
        this.batchDone = batchDone;
        parts.forEach(part -> left.merge(part.batch(), 1, Integer::sum));
    }

    /**
     * What one thread writes in one transaction.
     *
     * @param index of the part
     * @param part the part
     * @param chunk some of its rows; nothing if all are staged
     * @param hashes of the text of all rows of a table, if they are
     */
    record Piece(int index, Part part, Optional<Copy.Chunk> chunk, Map<StagedTable, String> hashes) {}

    /** The next piece, once what it points at is there; a part that is written whole stands in its stages. Null at the end. */
    @Nullable
    Piece next(Stages stages) throws SQLException {
        taking.lock();
        try {
            for (; current < parts.size(); current++) {
                Part part = parts.get(current);
                if (!isBegun && !begin(current)) {
                    return null;
                }
                if (part.isWhole()) {
                    return new Piece(current++, part, Optional.empty(), stage(part, stages));
                }
                Copy.Chunk chunk = ahead.chunk();
                isBegun = chunk != null;
                if (chunk != null) {
                    return another(current) ? new Piece(current, part, Optional.of(chunk), Map.of()) : null;
                }
                end(current);
            }
            return null;
        } finally {
            taking.unlock();
        }
    }

    private Map<StagedTable, String> stage(Part part, Stages stages) throws SQLException {
        Map<StagedTable, String> hashes = new LinkedHashMap<>();
        for (StagedTable table : part.tables()) {
            stages.empty(table);
            StringBuilder all = new StringBuilder();
            for (Copy.Chunk chunk = ahead.chunk(); chunk != null; chunk = ahead.chunk()) {
                stages.add(table, chunk);
                all.append(chunk.sha256());
            }
            hashes.put(table, Copy.sha256(all.toString()));
        }
        stages.change(part.tables());
        return hashes;
    }

    /** Waits until what the part points at is there; false if all was stopped meanwhile. */
    private synchronized boolean begin(int index) {
        Part part = parts.get(index);
        while (!isStopped && open.keySet().stream().anyMatch(before -> part.pointsAt(parts.get(before), model))) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while others wrote.", e);
            }
        }
        return another(index);
    }

    private synchronized boolean another(int index) {
        open.merge(index, 1, Integer::sum);
        return !isStopped;
    }

    private synchronized void end(int index) {
        if (open.merge(index, -1, Integer::sum) == 0) {
            open.remove(index);
            Part part = parts.get(index);
            if (left.merge(part.batch(), -1, Integer::sum) == 0) {
                batchDone.accept(part.owners());
            }
            notifyAll();
        }
    }

    /** The piece was written. */
    void done(Piece piece) {
        end(piece.index());
    }

    /** Nothing more is handed out. */
    synchronized void stop() {
        isStopped = true;
        notifyAll();
    }
}
