import type { Config } from '../config.ts';
import { FetchError } from '../fetch/fetch-error.ts';
import { allowedHosts, isAllowedHost, readTarget } from '../fetch/target.ts';
import { badField } from './api-error.ts';

/**
 * Checks an address that this server will call: https on the public internet, or a host its owner allows. What is refused
 * here is refused again at each call, because a name may lead elsewhere tomorrow.
 *
 * @param hint what the caller can do about an address that is not public
 * @throws ApiError invalid_request, naming the field
 */
export function checkPublicUrl(
  text: string,
  config: Pick<Config, 'allowPrivateHosts'>,
  field: string,
  hint = '',
): string {
  const allowed = allowedHosts(config.allowPrivateHosts);
  try {
    const url = readTarget(text.trim(), allowed);
    if (url.protocol !== 'https:' && !isAllowedHost(url.hostname, url.port || '80', allowed)) {
      throw badField(field, 'Expected an https address.');
    }
    return url.href;
  } catch (error) {
    if (error instanceof FetchError) {
      const { message, advice } = error;
      throw badField(field, advice && hint ? `${message} ${hint}` : message, advice);
    }
    throw error;
  }
}
