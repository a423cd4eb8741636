package dev.tenantsafety.archive;

/** Whether Jackson, which is optional for the library as a whole, is there for archives. */
final class JsonLibrary {

    private JsonLibrary() {}

    static void require() {
        try {
            Class.forName("tools.jackson.core.json.JsonFactory", false, JsonLibrary.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "Archives need tools.jackson.core:jackson-core 3.1 or later, which is not there. Add that dependency; on"
                            + " the module path also --add-modules tools.jackson.core, unless a module of yours requires it.",
                    e);
        }
    }
}
