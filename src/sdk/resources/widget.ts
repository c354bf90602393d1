import type { VisitorExport, VisitorSession, WidgetConfig } from '../../protocol/resources.ts';
import type { Request, RequestOptions } from '../core/request.ts';

export interface WidgetConfigParams {
  /** Default: the one assistant that the publishable key opens. */
  readonly assistantId?: string | undefined;
}

/** `GET /widget/config`: what a page may know before there is a visitor. Publishable key only. */
export async function getWidgetConfig(
  request: Request,
  { assistantId }: WidgetConfigParams = {},
  options?: RequestOptions,
): Promise<WidgetConfig> {
  const query = { assistant_id: assistantId };
  return (await request({ ...options, method: 'GET', path: '/widget/config', query })).data as WidgetConfig;
}

export interface VisitorSessionCreateParams {
  /** Default: the one assistant that the publishable key opens. */
  readonly assistantId?: string | undefined;
  /** A JWT that the site's server signed for the visitor: the session opens the visitor's conversations. */
  readonly identityToken?: string | undefined;
  /** Token of the session the visitor had while unknown: it ends, and its conversations become the known visitor's. */
  readonly previousToken?: string | undefined;
}

/** `POST /visitor-sessions`: a token for one visitor of one assistant. Publishable key only. */
export async function createVisitorSession(
  request: Request,
  { assistantId, identityToken, previousToken }: VisitorSessionCreateParams = {},
  options?: RequestOptions,
): Promise<VisitorSession> {
  const body = { assistant_id: assistantId, identity_token: identityToken, previous_token: previousToken };
  return (await request({ ...options, method: 'POST', path: '/visitor-sessions', body })).data as VisitorSession;
}

/** `GET /visitor-sessions/me/export`: everything that is stored about the visitor. Visitor token only. */
export async function exportVisitor(request: Request, options?: RequestOptions): Promise<VisitorExport> {
  return (await request({ ...options, method: 'GET', path: '/visitor-sessions/me/export' })).data as VisitorExport;
}

/** `DELETE /visitor-sessions/me`: deletes all of it, the session included. Visitor token only. */
export async function deleteVisitor(request: Request, options?: RequestOptions): Promise<void> {
  await request({ ...options, method: 'DELETE', path: '/visitor-sessions/me' });
}

/** `client.widget` */
export class Widget {
  readonly #request: Request;
  constructor(request: Request) {
    this.#request = request;
  }
  /**
   * What a page may know before there is a visitor. Publishable key only.
   *
   * ```ts
   * const page = new Assisters({ apiKey: 'pk_live_…', headers: { Origin: 'https://example.com' } });
   * const { assistant, widget } = await page.widget.config({ assistantId: 'ast_…' });
   * console.log(assistant.name, widget.greeting);
   * ```
   */
  config(params?: WidgetConfigParams, options?: RequestOptions): Promise<WidgetConfig> {
    return getWidgetConfig(this.#request, params, options);
  }
}

/** `client.visitorSessions` */
export class VisitorSessions {
  readonly #request: Request;
  constructor(request: Request) {
    this.#request = request;
  }
  /**
   * A token for one visitor of one assistant. Publishable key only.
   *
   * ```ts
   * const page = new Assisters({ apiKey: 'pk_live_…', headers: { Origin: 'https://example.com' } });
   * const { token } = await page.visitorSessions.create({ assistantId: 'ast_…' });
   * const visitor = new Assisters({ apiKey: token, headers: { Origin: 'https://example.com' } });
   * await visitor.conversations.create({ assistantId: 'ast_…' });
   * ```
   */
  create(params?: VisitorSessionCreateParams, options?: RequestOptions): Promise<VisitorSession> {
    return createVisitorSession(this.#request, params, options);
  }
  /**
   * Everything that is stored about the visitor. Visitor token only.
   *
   * ```ts
   * const visitor = new Assisters({ apiKey: 'vt_…' });
   * const { conversations } = await visitor.visitorSessions.export();
   * ```
   */
  export(options?: RequestOptions): Promise<VisitorExport> {
    return exportVisitor(this.#request, options);
  }
  /**
   * Deletes all that is stored about the visitor, the session included. Visitor token only.
   *
   * ```ts
   * const visitor = new Assisters({ apiKey: 'vt_…' });
   * await visitor.visitorSessions.delete();
   * ```
   */
  delete(options?: RequestOptions): Promise<void> {
    return deleteVisitor(this.#request, options);
  }
}
