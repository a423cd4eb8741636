package dev.tenantsafety.validation;

import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the targets for {@link BlastRadius}. Validation finds validators by the type they validate, hence one for each.
 *
 * @param <T> what holds the targets
 */
public abstract sealed class BlastRadiusValidator<T> implements ConstraintValidator<BlastRadius, T> {

    private static final String TEMPLATE = "{dev.tenantsafety.validation.BlastRadius.message}";

    private int max;
    private String message = TEMPLATE;

    BlastRadiusValidator() {}

    /** How many targets there are. */
    abstract int count(T targets);

    /**
     * Takes over what the annotation says.
     *
     * @param constraint the annotation
     * @throws IllegalArgumentException if its maximum is negative
     */
    @Override
    public void initialize(BlastRadius constraint) {
        if (constraint.max() < 0) {
            throw new IllegalArgumentException(
                    "@BlastRadius(max = " + constraint.max() + ") allows less than nothing. Let it be 0 or more.");
        }
        max = constraint.max();
        message = constraint.message();
    }

    /**
     * Whether there are few enough.
     *
     * @param targets the targets; null is valid
     * @param context takes the message
     * @return false if there are more than allowed
     */
    @Override
    public boolean isValid(@Nullable T targets, ConstraintValidatorContext context) {
        if (targets == null) {
            return true;
        }
        int count = count(targets);
        if (count <= max) {
            return true;
        }
        String template = message.equals(TEMPLATE) ? TEMPLATE : null;
        Violation.report(context, template, sentence(count), Map.of("count", Integer.toString(count)));
        return false;
    }

    private String sentence(int count) {
        return "Has " + count + " targets, more than the " + max
                + " that one call may have. Look at the list again, then"
                + " split it or have a larger number approved.";
    }

    /** Counts the elements of collections, {@link dev.tenantsafety.id.IdList}s among them. */
    public static final class OfCollection extends BlastRadiusValidator<Collection<?>> {

        /** For the validation provider. */
        public OfCollection() {}

        @Override
        int count(Collection<?> targets) {
            return targets.size();
        }
    }

    /** Counts the entries of maps. */
    public static final class OfMap extends BlastRadiusValidator<Map<?, ?>> {

        /** For the validation provider. */
        public OfMap() {}

        @Override
        int count(Map<?, ?> targets) {
            return targets.size();
        }
    }

    /** Counts the elements of arrays of objects. */
    public static final class OfObjects extends BlastRadiusValidator<Object[]> {

        /** For the validation provider. */
        public OfObjects() {}

        @Override
        int count(Object[] targets) {
            return targets.length;
        }
    }

    /** Counts the elements of arrays of byte. */
    public static final class OfBytes extends BlastRadiusValidator<byte[]> {

        /** For the validation provider. */
        public OfBytes() {}

        @Override
        int count(byte[] targets) {
            return targets.length;
        }
    }

    /** Counts the elements of arrays of short. */
    public static final class OfShorts extends BlastRadiusValidator<short[]> {

        /** For the validation provider. */
        public OfShorts() {}

        @Override
        int count(short[] targets) {
            return targets.length;
        }
    }

    /** Counts the elements of arrays of int. */
    public static final class OfInts extends BlastRadiusValidator<int[]> {

        /** For the validation provider. */
        public OfInts() {}

        @Override
        int count(int[] targets) {
            return targets.length;
        }
    }

    /** Counts the elements of arrays of long. */
    public static final class OfLongs extends BlastRadiusValidator<long[]> {

        /** For the validation provider. */
        public OfLongs() {}

        @Override
        int count(long[] targets) {
            return targets.length;
        }
    }

    /** Counts the elements of arrays of char. */
    public static final class OfChars extends BlastRadiusValidator<char[]> {

        /** For the validation provider. */
        public OfChars() {}

        @Override
        int count(char[] targets) {
            return targets.length;
        }
    }

    /** Counts the elements of arrays of float. */
    public static final class OfFloats extends BlastRadiusValidator<float[]> {

        /** For the validation provider. */
        public OfFloats() {}

        @Override
        int count(float[] targets) {
            return targets.length;
        }
    }

    /** Counts the elements of arrays of double. */
    public static final class OfDoubles extends BlastRadiusValidator<double[]> {

        /** For the validation provider. */
        public OfDoubles() {}

        @Override
        int count(double[] targets) {
            return targets.length;
        }
    }

    /** Counts the elements of arrays of boolean. */
    public static final class OfBooleans extends BlastRadiusValidator<boolean[]> {

        /** For the validation provider. */
        public OfBooleans() {}

        @Override
        int count(boolean[] targets) {
            return targets.length;
        }
    }
}
