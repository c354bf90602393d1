import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Deps } from '../deps.ts';
import type { AppEnv } from '../http/types.ts';

/** `/healthz`: the process lives. `/readyz`: it can read and write its store. For load balancers; no credential. */
export function mountHealth(app: OpenAPIHono<AppEnv>, deps: Deps): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    try {
      await deps.store.ping();
      return c.json({ status: 'ok' });
    } catch (error) {
      deps.log.error({ err: error }, 'store does not answer');
      return c.json({ status: 'unavailable' }, 503);
    }
  });
}
