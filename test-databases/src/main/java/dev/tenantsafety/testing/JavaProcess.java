package dev.tenantsafety.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A JVM of its own, with the test's class path, for tests of small heaps and of kills. None outlives its test: one that hangs is killed
 * after minutes, and the test fails and says what its threads did.
 */
public final class JavaProcess {

    /** What a process prints as a line when there is something to kill. */
    public static final String BEGINS = "begins";

    private static final int MINUTES = 5;

    private final Process process;
    private final CompletableFuture<Boolean> begins = new CompletableFuture<>();
    private final CompletableFuture<String> output = new CompletableFuture<>();

    private JavaProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "output of process " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts it; options are the JVM's, as {@code -Xmx32m}. */
    public static JavaProcess start(List<String> options, Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(tool("java"), "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        command.addAll(arguments);
        return new JavaProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Runs it to its end, which is a good one, and returns what it printed, errors too. */
    public static String run(List<String> options, Class<?> main, List<String> arguments) throws Exception {
        JavaProcess process = start(options, main, arguments);
        String output = process.await(process.output);
        if (process.process.waitFor() != 0) {
            throw new AssertionError(output);
        }
        return output;
    }

    /** Kills it so many milliseconds after it says that it begins. True if it ended well before; if it ended badly, the test fails. */
    public boolean endsWithin(int milliseconds) throws Exception {
        if (!await(begins)) {
            throw new AssertionError(await(output));
        }
        boolean hasEnded = process.waitFor(milliseconds, TimeUnit.MILLISECONDS);
        boolean isGood = process.destroyForcibly().waitFor() == 0;
        if (hasEnded && !isGood) {
            throw new AssertionError(await(output));
        }
        return isGood;
    }

    private <T> T await(Future<T> something) throws IOException, InterruptedException, ExecutionException {
        try {
            return something.get(MINUTES, TimeUnit.MINUTES);
        } catch (TimeoutException e) {
            String threads = threads();
            process.destroyForcibly();
            throw new AssertionError("The process hangs:\n" + threads, e);
        }
    }

    private String threads() throws IOException {
        Process print = new ProcessBuilder(tool("jcmd"), Long.toString(process.pid()), "Thread.print")
                .redirectErrorStream(true)
                .start();
        return new String(print.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private void read() {
        StringBuilder all = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                all.append(line).append('\n');
                if (line.equals(BEGINS)) {
                    begins.complete(true);
                }
            }
            output.complete(all.toString());
        } catch (IOException | UncheckedIOException e) { // it was killed
            output.complete(all.append(e).toString());
        }
        begins.complete(false);
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }
}
