import { ModelError } from './answerer.ts';

/**
 * A provider's failure in our words, safe to show to a visitor and of use to the operator: what happened, by status, and
 * what to look at. Never the provider's own text, which may quote the prompt or the key.
 *
 * @param provider its address, and the setting that holds its key
 */
export function describeModelFailure(
  error: unknown,
  { keyVariable, origin }: { readonly keyVariable: string; readonly origin: string },
  model: string,
): ModelError {
  if (error instanceof ModelError) return error;
  const status = statusOf(error);
  return new ModelError('model_error', message(status, keyVariable, model), { cause: error, origin });
}

function message(status: number | null, keyVariable: string, model: string): string {
  if (status === 401 || status === 403) {
    return `The model provider refused the server's credentials (${status}). Check ${keyVariable}.`;
  }
  if (status === 404)
    return `The model provider does not know the model “${model}” (404). Check the assistant's model.`;
  if (status === 429) return 'The model provider is limiting requests (429). Try again in a moment.';
  if (status === 413 || status === 400 || status === 422) {
    return `The model provider refused the request (${status}). Check the assistant's model and its settings.`;
  }
  if (status !== null && status >= 500) return `The model provider failed (${status}). Try again.`;
  if (status !== null) return `The model provider answered ${status}. Try again.`;
  return 'The connection to the model provider broke or could not be made. Try again.';
}

/** Whether the same request may work a moment later: too many requests, a fault of the provider, no connection. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ModelError) return false;
  const status = statusOf(error);
  return status === null || status === 408 || status === 429 || status >= 500;
}

/**
 * What the log may hold of a provider's failure, beside our words: its address without path and user, the status it answered, and the system's code where the
 * line failed (`ECONNREFUSED`). The error itself carries the whole request, and the provider's text, which may quote the key.
 */
export function failureFacts(error: unknown): {
  readonly status: number | null;
  readonly code: string | null;
  readonly provider: string | null;
} {
  let code: string | null = null;
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const found = (cause as { code?: unknown }).code;
    if (typeof found === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(found)) code = found;
  }
  return { status: statusOf(error), code, provider: error instanceof ModelError ? error.origin : null };
}

/** HTTP status of the provider's answer, or `null` when there was none. Reads the shape of the SDK's `APICallError`. */
function statusOf(error: unknown): number | null {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const { statusCode } = cause as { statusCode?: unknown };
    // A broken body of a 200 is not an answer.
    if (typeof statusCode === 'number' && statusCode >= 400) return statusCode;
  }
  return null;
}
