/** `@assisters/sdk`: the public list. */
export type { AnswerState } from '../protocol/answer-state.ts';
export type { ErrorBody, ErrorCode, RateLimitDetails } from '../protocol/errors.ts';
export type * from '../protocol/resources.ts';
export type {
  Webhook,
  WebhookAttempt,
  WebhookBody,
  WebhookDelivery,
  WebhookEventType,
  WebhookPayloads,
} from '../protocol/webhooks.ts';
export { Assisters, Assisters as default, type AssistersOptions } from './client.ts';
export {
  APIConnectionError,
  APIError,
  type APIErrorFields,
  APITimeoutError,
  APIUserAbortError,
  AssistersError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  type ErrorDetails,
  InternalServerError,
  NotFoundError,
  PayloadTooLargeError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableEntityError,
} from './core/errors.ts';
export { type FinalMessage, type MessageChunk, MessageStream, type StreamOptions } from './core/message-stream.ts';
export type { ListPage, ListParams, PagePromise } from './core/page.ts';
export type { Call, Fetch, Logger, Reply, Request, RequestOptions } from './core/request.ts';
export { toFile, type Uploadable } from './core/upload.ts';
export { NotReadyError, type WaitOptions, type WaitParams } from './core/wait.ts';
export type * from './resources/api-keys.ts';
export type * from './resources/assistants.ts';
export type * from './resources/attachments.ts';
export type * from './resources/conversations.ts';
export type * from './resources/documents.ts';
export type * from './resources/knowledge-bases.ts';
export type * from './resources/messages.ts';
export type * from './resources/urls.ts';
export type * from './resources/webhooks.ts';
export type * from './resources/widget.ts';
export {
  unwrapWebhook,
  verifyWebhook,
  type WebhookEvent,
  type WebhookHeaders,
  type WebhookOptions,
  WebhookVerificationError,
  webhookTestHeaders,
} from './webhooks.ts';
