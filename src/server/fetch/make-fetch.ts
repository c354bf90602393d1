import type { Config } from '../config.ts';
import { createGuardedFetch, type GuardedFetch } from './guarded-fetch.ts';
import { allowedHosts } from './target.ts';

/** The guarded fetch as configured: it names itself and, where the server has an address, where to complain. */
export function makeFetch(config: Pick<Config, 'allowPrivateHosts' | 'publicUrl'>): GuardedFetch {
  return createGuardedFetch({
    allowedHosts: allowedHosts(config.allowPrivateHosts),
    userAgent: `Mozilla/5.0 (compatible; AssistersBot/1.0${config.publicUrl ? `; +${config.publicUrl}` : ''})`,
  });
}
