package dev.tenantsafety.benchmarks.transfer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How long each step took in each turn. */
final class Times {

    private final Map<Step, List<Double>> seconds = new EnumMap<>(Step.class);

    /** Work that may fail. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    void time(Step step, Work work) throws Exception {
        long begun = System.nanoTime();
        work.run();
        seconds.computeIfAbsent(step, any -> new ArrayList<>()).add((System.nanoTime() - begun) / 1e9);
    }

    /** The sum of the steps' times in each turn. */
    private double[] sums(Step... steps) {
        double[] sums = new double[0];
        for (Step step : steps) {
            List<Double> all = seconds.getOrDefault(step, List.of());
            sums = Arrays.copyOf(sums, all.size());
            for (int i = 0; i < sums.length; i++) {
                sums[i] += all.get(i);
            }
        }
        return sums;
    }

    double median(Step... steps) {
        double[] sums = sums(steps);
        Arrays.sort(sums);
        return sums[sums.length / 2];
    }

    /** The time of the first through that of the others, turn by turn, sorted. */
    double[] ratios(Step of, Step... through) {
        return ratios(new Step[] {of}, through);
    }

    double[] ratios(Step[] of, Step... through) {
        double[] ratios = sums(of);
        double[] others = sums(through);
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] /= others[i];
        }
        Arrays.sort(ratios);
        return ratios;
    }
}
