package dev.potstill.trainer.data.clean;

/** Small sets of numbers from 0 to 31, by hash: two long arrays where a map of boxes would take ten times the memory. */
final class HashTable {
    private long[] keys = new long[1 << 10];
    private int[] sets = new int[1 << 10];
    private int size;

    void add(long hash, int member) {
        if (2 * size >= keys.length) {
            grow();
        }
        int slot = slot(hash);
        size += sets[slot] == 0 ? 1 : 0;
        keys[slot] = hash;
        sets[slot] |= 1 << member;
    }

    /** A bit a member; 0 where there is none. */
    int get(long hash) {
        return sets[slot(hash)];
    }

    private int slot(long hash) {
        int mask = keys.length - 1;
        int slot = (int) hash & mask;
        while (sets[slot] != 0 && keys[slot] != hash) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldSets = sets;
        keys = new long[2 * oldKeys.length];
        sets = new int[2 * oldKeys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldSets[i] != 0) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                sets[slot] = oldSets[i];
            }
        }
    }
}
