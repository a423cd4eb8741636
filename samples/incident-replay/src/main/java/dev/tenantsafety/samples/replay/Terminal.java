package dev.tenantsafety.samples.replay;

import java.io.Console;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Locale;

/** What one sees: aligned, and coloured only on a terminal (https://no-color.org). */
final class Terminal {

    private static final int LABEL = 30;
    private static final int SAID = 100;

    private final PrintStream out;
    private final boolean isColoured;

    Terminal(PrintStream out, boolean isColoured) {
        this.out = out;
        this.isColoured = isColoured;
    }

    static Terminal standard() {
        return new Terminal(System.out, isTerminal() && System.getenv("NO_COLOR") == null);
    }

    /** From Java 22 on there is a console also where there is no terminal. */
    @SuppressWarnings("SystemConsoleNull") // it is asked below
    static boolean isTerminal() {
        Console console = System.console();
        if (console == null || "dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            return false;
        }
    }

    void heading(String text) {
        out.println();
        out.println(styled("1", text));
    }

    void line(String label, String value) {
        out.println(String.format(Locale.ROOT, "  %-" + LABEL + "s %s", label, value));
    }

    /** What each defence said, and what was lost with it and without. */
    void table(List<TheScript.Row> rows) {
        out.println(String.format(
                Locale.ROOT, "  %-" + LABEL + "s %5s %8s  %s", "defence", "lost", "without", "what it said"));
        for (TheScript.Row row : rows) {
            out.println(String.format(
                    Locale.ROOT,
                    "  %-" + LABEL + "s %5d %8d  %s",
                    row.defence().title(),
                    row.lost(),
                    row.lostWithout(),
                    shortened(row.said())));
        }
    }

    private static String shortened(String text) {
        return text.length() <= SAID ? text : text.substring(0, SAID - 1) + "…";
    }

    /** The one line with which an act ends. */
    void result(boolean isGood, String text) {
        out.println("  " + (isGood ? styled("32", "✔ ") : styled("31", "✘ ")) + text);
    }

    private String styled(String code, String text) {
        return isColoured ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
