import type { ApiKeyRow, Scope, VisitorSessionRow } from '../store/store.ts';

/** Who is calling, once the authoriser has said so. */
export type Principal =
  | {
      readonly type: 'pk' | 'sk' | 'rk';
      readonly accountId: string;
      readonly key: ApiKeyRow;
      readonly origin: string | null;
    }
  | {
      readonly type: 'vt';
      readonly accountId: string;
      readonly key: ApiKeyRow;
      readonly session: VisitorSessionRow;
      readonly origin: string | null;
    };

/** What the caller may see of the store. */
export function scopeOf(principal: Principal): Scope {
  return principal.type === 'vt'
    ? { accountId: principal.accountId, visitorId: principal.session.visitorId }
    : { accountId: principal.accountId };
}

/** Who owns an idempotency key: the visitor, or the API key. */
export function ownerOf(principal: Principal): string {
  return principal.type === 'vt' ? principal.session.visitorId : principal.key.id;
}
