package dev.tenantsafety.archunit;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaMethodReference;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URL;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.BasicInterpreter;
import org.objectweb.asm.tree.analysis.BasicValue;
import org.objectweb.asm.tree.analysis.Frame;

/**
 * What is handed to a method that takes any object: the types that the code around the call knows, as the verifier follows them (The Java
 * Virtual Machine Specification, 4.10).
 */
final class ArgumentTypes {

    private ArgumentTypes() {}

    /** By full name, of the last argument of all calls of this method in this line; a name for each call of which it is known. */
    static Set<String> of(JavaMethodCall call) {
        Set<String> types = new HashSet<>();
        read(call.getOriginOwner())
                .ifPresent(file -> file.methods.forEach(method -> types.addAll(of(file.name, method, call))));
        return types;
    }

    /**
     * What a method is called of: as the call says, or what each reference to a method of this name in this line was made of, which itself names
     * where it is declared. Empty for a class that is not known.
     */
    static List<Optional<JavaClass>> receivers(JavaCodeUnitAccess<?> use) {
        return use instanceof JavaMethodReference
                ? read(use.getOriginOwner()).stream()
                        .flatMap(file -> file.methods.stream())
                        .flatMap(method -> captured(method, use))
                        .map(name -> find(name, use.getOriginOwner()))
                        .toList()
                : List.of(Optional.of(use.getTargetOwner()));
    }

    private static Stream<String> captured(MethodNode method, JavaCodeUnitAccess<?> reference) {
        return at(reference.getLineNumber(), method).stream()
                .filter(InvokeDynamicInsnNode.class::isInstance)
                .map(InvokeDynamicInsnNode.class::cast)
                .filter(made -> made.bsmArgs.length > 1
                        && made.bsmArgs[1] instanceof Handle handle
                        && handle.getName().equals(reference.getName()))
                .flatMap(made -> Stream.of(Type.getArgumentTypes(made.desc)).limit(1))
                .map(Type::getClassName);
    }

    private static Optional<ClassNode> read(JavaClass type) {
        return ClassFile.reader(type).map(reader -> {
            ClassNode file = new ClassNode();
            reader.accept(file, 0);
            return file;
        });
    }

    /** The instructions of a line, in order. */
    private static List<AbstractInsnNode> at(int line, MethodNode method) {
        List<AbstractInsnNode> found = new ArrayList<>();
        int current = 0;
        for (AbstractInsnNode instruction : method.instructions) {
            if (instruction instanceof LineNumberNode number) {
                current = number.line;
            } else if (current == line) {
                found.add(instruction);
            }
        }
        return found;
    }

    /** The class of this name, from what a class uses or else from the class path. */
    static Optional<JavaClass> find(String name, JavaClass near) {
        Optional<JavaClass> used = Stream.concat(
                        near.getDirectDependenciesFromSelf().stream().map(Dependency::getTargetClass),
                        near.getMethodCallsFromSelf().stream()
                                .map(call -> call.getTarget().getRawReturnType()))
                .filter(type -> type.getName().equals(name))
                .findFirst();
        return used.isPresent() ? used : fromClassPath(name);
    }

    private static Optional<JavaClass> fromClassPath(String name) {
        URL file = ArgumentTypes.class.getClassLoader().getResource(name.replace('.', '/') + ".class");
        return file == null
                ? Optional.empty()
                : Optional.of(new ClassFileImporter().importUrl(file))
                        .filter(classes -> classes.contain(name))
                        .map(classes -> classes.get(name));
    }

    private static Set<String> of(String owner, MethodNode method, JavaMethodCall call) {
        Set<String> types = new HashSet<>();
        @Nullable Frame<BasicValue>[] frames = null;
        for (AbstractInsnNode instruction : at(call.getLineNumber(), method)) {
            if (instruction instanceof MethodInsnNode invocation && invocation.name.equals(call.getName())) {
                frames = frames == null ? analyze(owner, method) : frames;
                Frame<BasicValue> frame = frames[method.instructions.indexOf(instruction)];
                if (frame != null && frame.getStackSize() > 0) {
                    BasicValue last = frame.getStack(frame.getStackSize() - 1);
                    types.add(last.getType() == null ? "" : last.getType().getClassName());
                }
            }
        }
        return types;
    }

    private static @Nullable Frame<BasicValue>[] analyze(String owner, MethodNode method) {
        try {
            return new Analyzer<>(new Types()).analyze(owner, method);
        } catch (AnalyzerException e) {
            throw new IllegalStateException(
                    owner.replace('/', '.') + "." + method.name + " cannot be followed: compile it anew.", e);
        }
    }

    /** Keeps the types of objects; where two ways meet with different ones, an object of any. */
    private static final class Types extends BasicInterpreter {

        Types() {
            super(Opcodes.ASM9);
        }

        @Override
        public BasicValue newValue(@Nullable Type type) {
            boolean isObject = type != null && (type.getSort() == Type.OBJECT || type.getSort() == Type.ARRAY);
            return isObject ? new BasicValue(type) : super.newValue(type);
        }

        @Override
        public BasicValue merge(BasicValue one, BasicValue other) {
            return one.isReference() && other.isReference() && !one.equals(other)
                    ? BasicValue.REFERENCE_VALUE
                    : super.merge(one, other);
        }
    }
}
