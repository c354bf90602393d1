/** A request that was sent with an `Idempotency-Key`, and its answer once there is one. */
export interface ReplayRow {
  /** SHA-256 of the credential and the key, hex: a key means nothing to another caller. */
  readonly id: string;
  readonly accountId: string;
  /** SHA-256 of method, path and body, hex. */
  readonly requestHash: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
  /** Sealed; see `http/once.ts`. `null` while the request is being answered. */
  readonly answer: string | null;
}

/** Answers that are given again to a request that is sent again. */
export interface ReplayStore {
  /**
   * Takes the id for this request, unless it is taken: gives what took it, or `null` when it is ours now. A row older
   * than `forgetBefore`, and one without an answer that is older than `abandonedBefore` (its process died), is no
   * longer in the way. Of callers at once, in any number of processes, exactly one gets `null`.
   */
  claim(
    claim: Omit<ReplayRow, 'answer'>,
    times: { readonly forgetBefore: number; readonly abandonedBefore: number },
  ): Promise<ReplayRow | null>;
  /** Keeps the answer. Nothing happens when the claim was taken over meanwhile. */
  settle(claim: Omit<ReplayRow, 'answer'>, answer: string): Promise<void>;
  /** Gives the id back: nothing was done under it. Nothing happens when the claim was taken over meanwhile. */
  release(claim: Omit<ReplayRow, 'answer'>): Promise<void>;
  /** Forgets rows made before `before`. */
  prune(before: number): Promise<void>;
}
