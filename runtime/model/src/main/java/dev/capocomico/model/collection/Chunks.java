package dev.capocomico.model.collection;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A vector of fixed size that is never changed, only replaced: a new version copies one chunk of 32 and the short way to it, and
 * shares everything else. An {@link Editor} makes many changes at the price of few: what it copied once it owns and changes in
 * place until it is frozen.
 */
public final class Chunks<T> {
    private static final int BITS = 5;
    private static final int WIDTH = 1 << BITS;
    private static final int MASK = WIDTH - 1;

    /** Who may change a chunk in place: the editor that made it, while it lives. */
    private static final class Owner {}

    private static final class Chunk {
        final @Nullable Owner owner;
        final @Nullable Object[] slots;

        Chunk(Owner owner, @Nullable Object[] slots) {
            this.owner = owner;
            this.slots = slots;
        }

        boolean ownedBy(Owner editor) {
            return owner == editor;
        }
    }

    private final int size;
    private final int shift;
    private final @Nullable Chunk root;

    private Chunks(int size, int shift, @Nullable Chunk root) {
        this.size = size;
        this.shift = shift;
        this.root = root;
    }

    /** Every place holds null. */
    public static <T> Chunks<T> ofSize(int size) {
        int shift = 0;
        while (((long) WIDTH << shift) < size) {
            shift += BITS;
        }
        return new Chunks<>(size, shift, null);
    }

    public int size() {
        return size;
    }

    @SuppressWarnings("unchecked") // only T goes in
    public @Nullable T get(int index) {
        checkIndex(index);
        Chunk chunk = root;
        for (int level = shift; level > 0 && chunk != null; level -= BITS) {
            chunk = (Chunk) chunk.slots[(index >>> level) & MASK];
        }
        return chunk == null ? null : (T) chunk.slots[index & MASK];
    }

    public Editor<T> edit() {
        return new Editor<>(this);
    }

    /** Linear, but parts that two versions share are not looked into. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Chunks<?> chunks && chunks.size == size && same(root, chunks.root, shift);
    }

    /** A vector whose places all hold null is the same whether or not it has chunks for them. */
    @SuppressWarnings("ReferenceEquality") // what two versions share is the same without being looked at
    private static boolean same(@Nullable Object one, @Nullable Object other, int level) {
        if (one == other) {
            return true;
        }
        if (level < 0) {
            return Objects.equals(one, other);
        }
        for (int slot = 0; slot < WIDTH; slot++) {
            Object ofOne = one == null ? null : ((Chunk) one).slots[slot];
            Object ofOther = other == null ? null : ((Chunk) other).slots[slot];
            if (!same(ofOne, ofOther, level - BITS)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = size;
        for (int index = 0; index < size; index++) {
            hash = 31 * hash + Objects.hashCode(get(index));
        }
        return hash;
    }

    @Override
    public String toString() {
        Object[] all = new Object[size];
        Arrays.setAll(all, this::get);
        return Arrays.toString(all);
    }

    private void checkIndex(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("index " + index + " of " + size);
        }
    }

    /** Changes a vector without harm to the version it began with. For one thread. */
    public static final class Editor<T> {
        private Owner owner = new Owner();
        private Chunks<T> current;

        private Editor(Chunks<T> from) {
            this.current = from;
        }

        public @Nullable T get(int index) {
            return current.get(index);
        }

        public int size() {
            return current.size;
        }

        public void set(int index, T value) {
            current.checkIndex(index);
            Chunk root = current.root;
            if (root == null || !root.ownedBy(owner)) {
                root = owned(root);
                current = new Chunks<>(current.size, current.shift, root);
            }
            Chunk chunk = root;
            for (int level = current.shift; level > 0; level -= BITS) {
                int slot = (index >>> level) & MASK;
                Chunk below = owned((Chunk) chunk.slots[slot]);
                chunk.slots[slot] = below;
                chunk = below;
            }
            chunk.slots[index & MASK] = value;
        }

        /** The version with all changes. The editor may be used on: it no longer owns what it has handed out. */
        public Chunks<T> freeze() {
            owner = new Owner();
            return current;
        }

        private Chunk owned(@Nullable Chunk chunk) {
            if (chunk == null) {
                return new Chunk(owner, new Object[WIDTH]);
            }
            return chunk.ownedBy(owner) ? chunk : new Chunk(owner, chunk.slots.clone());
        }
    }
}
