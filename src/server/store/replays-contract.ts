import { describe, expect, test } from 'vitest';
import type { Store } from './store.ts';

/** The part of the store contract about answers that are given again. */
export function replaysContract(given: () => Store): void {
  const claim = { id: 'id_1', accountId: 'acct_a', requestHash: 'r', createdAt: 1_000 };
  const times = { forgetBefore: 0, abandonedBefore: 0 };

  describe('replays', () => {
    test('an id is taken once; its answer is there for whoever comes after', async () => {
      const { replays } = given();
      expect(await replays.claim(claim, times)).toBeNull();
      const second = { ...claim, requestHash: 's', createdAt: 2_000 };
      expect(await replays.claim(second, times)).toEqual({ ...claim, answer: null });
      await replays.settle(claim, 'said');
      expect(await replays.claim(second, times)).toEqual({ ...claim, answer: 'said' });
      await replays.settle(claim, 'something else');
      await replays.release(claim);
      expect(await replays.claim(second, times)).toEqual({ ...claim, answer: 'said' });
      expect(await replays.claim({ ...claim, id: 'id_2' }, times)).toBeNull();
    });

    test('of many claims at once exactly one is granted', async () => {
      const { replays } = given();
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, n) => replays.claim({ ...claim, createdAt: 1_000 + n }, times)),
      );
      expect(claims.filter((taken) => taken === null)).toHaveLength(1);
    });

    test('an id that was given back can be taken again', async () => {
      const { replays } = given();
      await replays.claim(claim, times);
      await replays.release(claim);
      expect(await replays.claim(claim, times)).toBeNull();
    });

    test('a claim whose process died is taken over, and what wakes up later changes nothing', async () => {
      const { replays } = given();
      await replays.claim(claim, times);
      const later = { ...claim, createdAt: 9_000 };
      expect(await replays.claim(later, { ...times, abandonedBefore: 1_000 })).toMatchObject({ createdAt: 1_000 });
      expect(await replays.claim(later, { ...times, abandonedBefore: 1_001 })).toBeNull();
      await replays.settle(claim, 'too late');
      await replays.release(claim);
      expect(await replays.claim(claim, times)).toEqual({ ...later, answer: null });
      await replays.settle(later, 'said');
      expect(await replays.claim(claim, { ...times, abandonedBefore: 99_000 })).toMatchObject({ answer: 'said' });
    });

    test('is forgotten after its time, by who needs the id and by pruning', async () => {
      const { replays } = given();
      await replays.claim(claim, times);
      await replays.settle(claim, 'said');
      expect(await replays.claim({ ...claim, createdAt: 5_000 }, { ...times, forgetBefore: 1_001 })).toBeNull();
      await replays.prune(5_000);
      expect(await replays.claim(claim, times)).toMatchObject({ createdAt: 5_000 });
      await replays.prune(5_001);
      expect(await replays.claim(claim, times)).toBeNull();
    });
  });
}
