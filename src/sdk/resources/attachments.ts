import type { ConversationAttachment } from '../../protocol/resources.ts';
import { path } from '../core/json.ts';
import type { Request, RequestOptions } from '../core/request.ts';
import { toFile, type Uploadable } from '../core/upload.ts';

export interface AttachmentCreateParams {
  readonly conversationId: string;
  /** A `File` or `Blob`, bytes, text, or a stream of bytes. */
  readonly file: Uploadable;
  /** Needed unless `file` is a `File` or a Node file stream. */
  readonly filename?: string | undefined;
}
export interface AttachmentRef {
  readonly conversationId: string;
  readonly attachmentId: string;
}

/** `client.attachments` */
export class Attachments {
  readonly #request: Request;
  constructor(request: Request) {
    this.#request = request;
  }
  /**
   * Attaches a file to a question to come, where the assistant's `attachments` are enabled. It is read at once; name its
   * id in `attachments` of the question.
   *
   * ```ts
   * const file = await client.attachments.create({
   *   conversationId: 'conv_…',
   *   file: 'The lamp flickers when it rains.',
   *   filename: 'notes.txt',
   * });
   * await client.messages.create({ conversationId: 'conv_…', content: 'Why is that?', attachments: [file.id] });
   * ```
   */
  async create(
    { conversationId, file, filename }: AttachmentCreateParams,
    options?: RequestOptions,
  ): Promise<ConversationAttachment> {
    const body = new FormData();
    body.set('file', await toFile(file, filename));
    const route = path('/conversations/{}/attachments', conversationId);
    return (await this.#request({ ...options, method: 'POST', path: route, body })).data as ConversationAttachment;
  }
  /**
   * Takes back a file that no question names yet.
   *
   * ```ts
   * await client.attachments.delete({ conversationId: 'conv_…', attachmentId: 'att_…' });
   * ```
   */
  async delete({ conversationId, attachmentId }: AttachmentRef, options?: RequestOptions): Promise<void> {
    const route = path('/conversations/{}/attachments/{}', conversationId, attachmentId);
    await this.#request({ ...options, method: 'DELETE', path: route });
  }
}
