import type { Config } from '../config.ts';
import type { AppContext } from './types.ts';

/**
 * Origins at which this server is reached, the request's own first: what "same origin" means to the browser that sent
 * it. The second is the configured public URL's, when they differ.
 */
export function ownOrigins(c: AppContext, config: Pick<Config, 'publicUrl' | 'trustProxy'>): readonly string[] {
  const url = new URL(c.req.url);
  const forwarded = config.trustProxy > 0 ? c.req.header('X-Forwarded-Proto') : undefined;
  const scheme = forwarded === 'https' || forwarded === 'http' ? `${forwarded}:` : url.protocol;
  const own = new URL(`${scheme}//${url.host}`).origin;
  const configured = config.publicUrl === null ? own : new URL(config.publicUrl).origin;
  // Behind a proxy that ends TLS the request looks like http; the public URL knows better.
  if (new URL(configured).host === url.host) return [configured];
  return [own, configured];
}
