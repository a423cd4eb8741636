package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaParameter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.TypePath;
import org.objectweb.asm.TypeReference;

/**
 * What ArchUnit does not keep of a class file: the names of parameters, which of them may be null, and the texts in its code (The Java
 * Virtual Machine Specification, 4.4.3, 4.7.13, 4.7.20, 4.7.24). Texts that are put together give one text, with {@code _} for each part that is not known.
 */
final class ClassFile {

    private static final int API = Opcodes.ASM9;

    /** What was read, for as long as ArchUnit keeps the class. */
    private static final Map<JavaClass, ClassFile> READ = Collections.synchronizedMap(new WeakHashMap<>());

    private static final ClassFile UNKNOWN = new ClassFile();

    /** Of Jakarta Persistence, Hibernate and JDBC, by name. */
    private static final Set<String> RUN_STATEMENTS = Set.of(
            "createQuery",
            "createMutationQuery",
            "createNativeQuery",
            "createNativeMutationQuery",
            "createSQLQuery",
            "prepareStatement",
            "executeUpdate",
            "executeLargeUpdate");

    private final Map<String, List<String>> parameters = new HashMap<>();
    private final Set<String> nullable = new HashSet<>();
    private final Map<String, String> methodsOfLambdas = new HashMap<>();
    private final Set<String> constants = new HashSet<>();
    private final List<Text> texts = new ArrayList<>();

    private ClassFile() {}

    /**
     * A text in code.
     *
     * @param value itself
     * @param method the name and descriptor of the method, of a lambda those of the method it is in
     * @param line in the file, 0 if it is not known
     * @param isQuery whether it is handed, as it stands, to a method that runs statements
     */
    record Text(String value, String method, int line, boolean isQuery) {}

    /** Empty if ArchUnit does not know where it comes from. */
    static ClassFile of(JavaClass type) {
        return READ.computeIfAbsent(type, ClassFile::read);
    }

    private static ClassFile read(JavaClass type) {
        return reader(type)
                .map(reader -> {
                    ClassFile file = new ClassFile();
                    reader.accept(file.new Reading(), ClassReader.SKIP_FRAMES);
                    return file;
                })
                .orElse(UNKNOWN);
    }

    /** Of the file itself, which is read each time; empty if ArchUnit does not know where the class comes from. */
    static Optional<ClassReader> reader(JavaClass type) {
        return type.getSource().map(source -> {
            try (InputStream bytes = source.getUri().toURL().openStream()) {
                return new ClassReader(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(type.getName() + " cannot be read from " + source + ".", e);
            }
        });
    }

    /** Of its methods; those of lambdas belong to the method they stand in. */
    List<Text> texts() {
        return texts.stream()
                .map(text -> new Text(text.value(), methodOf(text.method()), text.line(), text.isQuery()))
                .toList();
    }

    private String methodOf(String method) {
        String outer = method;
        for (int depth = 0; methodsOfLambdas.containsKey(outer) && depth < methodsOfLambdas.size(); depth++) {
            outer = methodsOfLambdas.get(outer);
        }
        return outer;
    }

    /** Its name, if the class was compiled with {@code -parameters} or debug information. */
    static Optional<String> name(JavaParameter parameter) {
        JavaCodeUnit unit = parameter.getOwner();
        List<String> names = of(unit.getOwner()).parameters.get(unit.getName() + unit.getDescriptor());
        // of enums and inner classes, the constructor has parameters that the source has not
        int missing = names == null ? 0 : names.size() - unit.getParameters().size();
        return names == null || missing < 0
                ? Optional.empty()
                : Optional.ofNullable(names.get(parameter.getIndex() + missing)).filter(name -> !name.isEmpty());
    }

    /** Whether an annotation of its type says that it may be null, which ArchUnit does not see. */
    static boolean isNullable(JavaParameter parameter) {
        JavaCodeUnit unit = parameter.getOwner();
        return of(unit.getOwner())
                .nullable
                .contains(unit.getName() + unit.getDescriptor() + "#" + parameter.getIndex());
    }

    private final class Reading extends ClassVisitor {

        Reading() {
            super(API);
        }

        @Override
        public @Nullable FieldVisitor visitField(
                int access, String name, String descriptor, @Nullable String signature, @Nullable Object value) {
            if (value instanceof String) {
                constants.add(name);
            }
            return null;
        }

        @Override
        public MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            return new OfMethod(name + descriptor, (access & Opcodes.ACC_STATIC) != 0, descriptor);
        }
    }

    private final class OfMethod extends MethodVisitor {

        private final String method;
        private final Map<Integer, Integer> slots = new HashMap<>();
        private final @Nullable String[] names;
        private int named;
        private int line;

        /** Where the texts begin that no call has been given yet. */
        private int pending = texts.size();

        OfMethod(String method, boolean isStatic, String descriptor) {
            super(API);
            this.method = method;
            Type[] types = Type.getArgumentTypes(descriptor);
            names = new @Nullable String[types.length];
            int slot = isStatic ? 0 : 1;
            for (int i = 0; i < types.length; i++) {
                slots.put(slot, i);
                slot += types[i].getSize();
            }
        }

        @Override
        public void visitParameter(@Nullable String name, int access) {
            if (named < names.length) {
                names[named++] = name;
            }
        }

        @Override
        public void visitLocalVariable(
                String name, String descriptor, @Nullable String signature, Label start, Label end, int index) {
            Integer parameter = slots.get(index);
            if (parameter != null && names[parameter] == null) {
                names[parameter] = name;
            }
        }

        @Override
        public @Nullable AnnotationVisitor visitTypeAnnotation(
                int reference, @Nullable TypePath path, String descriptor, boolean isVisible) {
            TypeReference what = new TypeReference(reference);
            if (what.getSort() == TypeReference.METHOD_FORMAL_PARAMETER
                    && path == null
                    && descriptor.endsWith("/Nullable;")) {
                nullable.add(method + "#" + what.getFormalParameterIndex());
            }
            return null;
        }

        @Override
        public void visitLineNumber(int number, Label start) {
            line = number;
        }

        @Override
        public void visitLdcInsn(Object value) {
            add(value);
        }

        /** A text that is a constant is found where it is used, for the compiler puts it there, and not where its field is set. */
        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            if (opcode == Opcodes.PUTFIELD && constants.contains(name) && pending < texts.size()) {
                texts.remove(texts.size() - 1);
            }
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            if (RUN_STATEMENTS.contains(name)) {
                texts.subList(pending, texts.size())
                        .replaceAll(text -> new Text(text.value(), text.method(), text.line(), true));
            }
            pending = texts.size();
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            if (bootstrap.getOwner().equals("java/lang/invoke/StringConcatFactory") && arguments.length > 0) {
                add(recipe(arguments));
            } else {
                for (Object argument : arguments) {
                    if (argument instanceof Handle lambda && lambda.getName().startsWith("lambda$")) {
                        methodsOfLambdas.put(lambda.getName() + lambda.getDesc(), method);
                    }
                }
            }
        }

        /** Values stand in it as 1, constants that could not stand in it as 2 ({@code StringConcatFactory}). */
        private String recipe(Object... arguments) {
            StringBuilder text = new StringBuilder();
            int constant = 1;
            for (char c : String.valueOf(arguments[0]).toCharArray()) {
                if (c == '\2' && constant < arguments.length) {
                    text.append(arguments[constant++]);
                } else {
                    text.append(c == '\1' ? SqlText.UNKNOWN : String.valueOf(c));
                }
            }
            return text.toString();
        }

        private void add(Object value) {
            if (value instanceof String text) {
                texts.add(new Text(text, method, line, false));
            } else if (value instanceof ConstantDynamic dynamic) {
                for (int i = 0; i < dynamic.getBootstrapMethodArgumentCount(); i++) {
                    add(dynamic.getBootstrapMethodArgument(i));
                }
            }
        }

        @Override
        public void visitEnd() {
            if (Arrays.stream(names).anyMatch(one -> one != null)) {
                parameters.put(
                        method,
                        Arrays.stream(names).map(one -> one == null ? "" : one).toList());
            }
        }
    }
}
