import { ApiError } from '../http/api-error.ts';
import type { Upload } from '../http/read-upload.ts';
import { MEDIA_TYPES, refuseAtOnce } from './detect.ts';
import { ParseError } from './document.ts';

/** What a caller hears of a file that cannot be read. */
export function refused({ message, code }: ParseError): ApiError {
  return new ApiError('invalid_request', message, {
    field: 'file',
    reason: code,
    accepted: Object.values(MEDIA_TYPES),
  });
}

/** What the first bytes show to be unreadable is refused before anything is stored. */
export function refuseUnread(head: Buffer, file: Pick<Upload, 'filename' | 'declaredType'>): void {
  try {
    refuseAtOnce(head, file);
  } catch (error) {
    throw error instanceof ParseError ? refused(error) : error;
  }
}
