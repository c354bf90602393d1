import { BASE_PATH, ROUTES } from '../../protocol/routes.ts';
import { ApiError } from './api-error.ts';

/** `conversations`, `widget`, …: how paths of the API begin. */
const FIRST_WORDS = new Set(Object.values(ROUTES).map(({ path }) => path.split('/')[1]));

/** An address of the API that lacks its version, `/conversations` for `/v1/conversations`: a base URL without `/v1`. */
export const isWithoutVersion = (path: string): boolean => FIRST_WORDS.has(path.split('/')[1]);

/**
 * What is said where nothing is, and what an address that is nearly right lacks. One without its version may be read by a page of
 * any origin, or its owner would see a fault of CORS and no reason.
 */
export function nothingAt(path: string): ApiError {
  const headers = isWithoutVersion(path) ? { 'Access-Control-Allow-Origin': '*' } : {};
  return new ApiError('not_found', `There is nothing at ${path.slice(0, 200)}. ${hint(path)}`, undefined, headers);
}

function hint(path: string): string {
  if (isWithoutVersion(path))
    return `The API is at ${BASE_PATH}${path.slice(0, 200)}: put ${BASE_PATH} at the end of the base URL.`;
  if (/\/$|\/\//.test(path)) return 'Paths of the API have single slashes, and none at the end.';
  return path.startsWith(`${BASE_PATH}/`) ? '/openapi.json lists what there is.' : `The API is below ${BASE_PATH}.`;
}
