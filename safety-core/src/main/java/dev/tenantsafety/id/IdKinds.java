package dev.tenantsafety.id;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of IDs in this process.
 *
 * <p>A kind becomes known when it is first used, or by {@link #register}, or through an {@link IdKindProvider}. There is
 * no method that makes a typed ID of the text of just any kind: code that takes any ID is the mistake this library is about.
 *
 * <p>Safe for use by many threads. Nothing here keeps a kind, a class or a class loader alive.
 */
public final class IdKinds {

    private static final KindRegistry REGISTRY = new KindRegistry();

    /** The kind that was made first for a class. Lives as long as the class. */
    private static final ClassValue<AtomicReference<IdKind<?>>> DECLARED = new ClassValue<>() {
        @Override
        protected AtomicReference<IdKind<?>> computeValue(Class<?> type) {
            return new AtomicReference<>();
        }
    };

    private static final Map<ClassLoader, State> LOADERS = new WeakHashMap<>();

    private IdKinds() {}

    /**
     * Tries a kind and makes it known, as its first use would. Has no effect if it is known already.
     *
     * @param kind the kind
     * @throws IllegalIdKindException if the kind is not fit for use, or another has its tag, its prefix, or one easily
     *     taken for it
     */
    public static void register(IdKind<?> kind) {
        kind.ensureActive();
    }

    /**
     * The kind of a record class, for frameworks that have only the class. Makes it known.
     *
     * @param type the record class
     * @param <T> the record
     * @return its constant {@code KIND}
     * @throws IllegalIdKindException if no kind was made for the class, or it is not fit for use
     */
    public static <T extends TypedId<T>> IdKind<T> of(Class<T> type) {
        initialize(type);
        IdKind<?> declared = DECLARED.get(type).get();
        if (declared == null) {
            throw new IllegalIdKindException(
                    type.getName() + " has no kind. Give it a constant KIND = IdKind.of(…); see TypedId.");
        }
        // What was made first need not be what the record settled on: IdKind.of(…).untagged() makes two.
        @SuppressWarnings("unchecked")
        IdKind<T> first = (IdKind<T>) declared;
        IdKind<T> kind = first.requireAccepted(first::sample).kind();
        kind.ensureActive();
        return kind;
    }

    private static void initialize(Class<?> type) {
        try {
            Class.forName(type.getName(), true, type.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalIdKindException(type.getName() + " cannot be found by its own class loader.", e);
        }
    }

    /**
     * All kinds known so far, after asking the {@link IdKindProvider}s that the thread's context class loader and ours
     * can see. Ours among them only if they are in use.
     *
     * @return the kinds, in the order in which they became known; unmodifiable
     * @throws IllegalIdKindException if a provided kind is not fit for use; whatever else a provider throws passes too
     * @throws ServiceConfigurationError if a provider cannot be loaded
     */
    public static List<IdKind<?>> all() {
        discover();
        return List.copyOf(REGISTRY.inUse());
    }

    /**
     * What a bare UUID says it identifies, in a log or a column.
     *
     * @param uuid the UUID
     * @return the kind; empty if the UUID carries no tag, or one that no known kind has. A UUID of version 8 that was made
     *     elsewhere may carry one by chance
     */
    public static Optional<IdKind<?>> identify(@RawId(reason = "its kind is asked for") UUID uuid) {
        KindRegistry.Entry entry = carriedBy(uuid);
        return entry == null ? Optional.empty() : Optional.ofNullable(entry.kindOrOurs());
    }

    static KindRegistry registry() {
        return REGISTRY;
    }

    /** Notes the first kind that is made for a class, so that {@link #of(Class)} finds it before it is in use. */
    static <T extends TypedId<T>> IdKind<T> declare(IdKind<T> kind) {
        DECLARED.get(kind.type()).compareAndSet(null, kind);
        return kind;
    }

    /** The kind of this prefix, for messages, or null. */
    static KindRegistry.@Nullable Entry named(String prefix) {
        KindRegistry.Entry entry = REGISTRY.withPrefix(prefix);
        return entry != null || !discoverForMessage() ? entry : REGISTRY.withPrefix(prefix);
    }

    /** The kind backed by a text with whose prefix this text begins, for messages, or null. */
    static KindRegistry.@Nullable Entry ofText(String text) {
        KindRegistry.Entry entry = REGISTRY.ofText(text);
        return entry != null || !discoverForMessage() ? entry : REGISTRY.ofText(text);
    }

    /** The kind whose tag this UUID carries, for messages, or null. */
    static KindRegistry.@Nullable Entry carriedBy(UUID uuid) {
        if (!Tags.isTagged(uuid)) {
            return null;
        }
        KindRegistry.Entry entry = REGISTRY.withTag(Tags.of(uuid));
        return entry != null || !discoverForMessage() ? entry : REGISTRY.withTag(Tags.of(uuid));
    }

    /** A message is no place to report a provider that fails: whoever lists the kinds is told. */
    private static boolean discoverForMessage() {
        boolean asked = false;
        for (ClassLoader loader : loaders()) {
            if (state(loader) == State.NEW) {
                asked = true;
                try {
                    ask(loader);
                } catch (RuntimeException | ServiceConfigurationError | LinkageError e) {
                    // is asked again, and then heard, by all()
                }
            }
        }
        return asked;
    }

    private static void discover() {
        for (ClassLoader loader : loaders()) {
            if (state(loader) != State.ASKED) {
                ask(loader);
            }
        }
    }

    private static Set<ClassLoader> loaders() {
        Set<ClassLoader> loaders = new HashSet<>();
        ClassLoader ours = IdKinds.class.getClassLoader();
        loaders.add(ours == null ? ClassLoader.getSystemClassLoader() : ours);
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        if (context != null) {
            loaders.add(context);
        }
        return loaders;
    }

    /** Not under a lock: a provider loads classes, and what those do while they are initialized is not ours. */
    private static void ask(ClassLoader loader) {
        setState(loader, State.FAILED);
        for (IdKindProvider provider : ServiceLoader.load(IdKindProvider.class, loader)) {
            provider.kinds().forEach(IdKinds::register);
        }
        setState(loader, State.ASKED);
    }

    private static State state(ClassLoader loader) {
        synchronized (LOADERS) {
            return LOADERS.getOrDefault(loader, State.NEW);
        }
    }

    private static void setState(ClassLoader loader, State state) {
        synchronized (LOADERS) {
            LOADERS.put(loader, state);
        }
    }

    /** Whether the providers of a class loader were asked; failed until they have answered. */
    private enum State {
        NEW,
        FAILED,
        ASKED
    }
}
