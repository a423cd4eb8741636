package dev.tenantsafety.samples.replay;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an act says: facts for terminal and report, and a result. */
final class Act {

    /** What was seen. */
    record Fact(String label, String value) {}

    private final Terminal terminal;
    private final String title;
    private final List<Fact> facts = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private @Nullable String result;

    Act(Terminal terminal, String title) {
        this.terminal = terminal;
        this.title = title;
        terminal.heading(title);
    }

    void fact(String label, String value) {
        facts.add(new Fact(label, value));
        terminal.line(label, value);
    }

    /** Something that has to hold; if it does not, the act is lost, and goes on. */
    void check(boolean holds, String what) {
        if (!holds) {
            wrong.add(what);
        }
    }

    void end(String good) {
        result = wrong.isEmpty() ? good : "This does not hold: " + String.join("; ", wrong) + ".";
        terminal.result(isGood(), result);
    }

    boolean isGood() {
        return result != null && wrong.isEmpty();
    }

    String title() {
        return title;
    }

    List<Fact> facts() {
        return List.copyOf(facts);
    }

    String result() {
        return result == null ? "was not played to its end" : result;
    }
}
