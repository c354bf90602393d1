import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from '@opentelemetry/api';
import type { Answerer } from './answer/answerer.ts';
import type { Config } from './config.ts';
import type { FetchRequest, GuardedFetch } from './fetch/guarded-fetch.ts';
import type { JobHandler } from './jobs/job-runner.ts';
import type { Retriever } from './retrieve/retriever.ts';

/** What a span says of its work. Names, counts and ids of ours: never what was said, never a credential. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A piece of work that is being timed. */
export interface Work {
  /** Adds to what is said of it, and may name it anew. */
  say(attributes: Attributes, name?: string): void;
}

/** Times pieces of work, one inside the other, for OpenTelemetry. */
export interface Tracing {
  /**
   * Does the work and tells how long it took and whether it failed.
   *
   * @param traceparent the W3C header of a request, or `null` where it has none: makes this a part of the caller's trace.
   *   Left out: it is no request
   */
  span<Result>(name: string, work: (work: Work) => Promise<Result>, traceparent?: string | null): Promise<Result>;
  /** Begins a piece that is ended by hand: for what is read bit by bit. */
  begin(name: string): Work & { end(error?: unknown): void };
  /** Sends what waits. */
  stop(): Promise<void>;
}

const NOTHING = { say() {}, end() {} };
/** Where nothing is configured: does the work and no more. */
export const NO_TRACING: Tracing = {
  span: (_name, work) => work(NOTHING),
  begin: () => NOTHING,
  async stop() {},
};

/** Sends spans to `OTEL_EXPORTER_OTLP_ENDPOINT` by OTLP over HTTP. The packages are loaded only where that is set. */
export async function openTracing(
  config: Pick<Config, 'otlpEndpoint' | 'otlpHeaders' | 'serviceName'>,
): Promise<Tracing> {
  if (config.otlpEndpoint === null) return NO_TRACING;
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = new OTLPTraceExporter({
    url: `${config.otlpEndpoint}/v1/traces`,
    headers: readHeaders(config.otlpHeaders),
  });
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': config.serviceName }),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('assisters');
  // The work in which something is begun, followed through everything that it awaits and starts.
  const inside = new AsyncLocalStorage<Span>();

  const start = (name: string, traceparent?: string | null): Span => {
    const outer = inside.getStore();
    const remote = outer ? null : readTraceparent(traceparent ?? null);
    const context = outer
      ? api.trace.setSpan(api.ROOT_CONTEXT, outer)
      : remote
        ? api.trace.setSpanContext(api.ROOT_CONTEXT, { ...remote, isRemote: true })
        : api.ROOT_CONTEXT;
    const kind = outer || traceparent === undefined ? api.SpanKind.INTERNAL : api.SpanKind.SERVER;
    return tracer.startSpan(name, { kind }, context);
  };
  const end = (span: Span, error?: unknown) => {
    // Only the kind of the fault: its words may hold what was said.
    if (error !== undefined) {
      span.setStatus({ code: api.SpanStatusCode.ERROR });
      span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
    }
    span.end();
  };
  const workOf = (span: Span): Work => ({
    say(attributes, name) {
      span.setAttributes(attributes);
      if (name !== undefined) span.updateName(name);
    },
  });
  return {
    async span(name, work, traceparent) {
      const span = start(name, traceparent);
      try {
        const result = await inside.run(span, () => work(workOf(span)));
        end(span);
        return result;
      } catch (error) {
        end(span, error);
        throw error;
      }
    },
    begin(name) {
      const span = start(name);
      return { ...workOf(span), end: (error) => end(span, error) };
    },
    stop: () => provider.shutdown(),
  };
}

/** The retriever, timed. */
export function tracedRetriever(retriever: Retriever, tracing: Tracing): Retriever {
  if (tracing === NO_TRACING) return retriever;
  return {
    retrieve: (request) =>
      tracing.span('retrieve', async (work) => {
        const passages = await retriever.retrieve(request);
        work.say({ 'assisters.passages': passages.length });
        return passages;
      }),
  };
}

/** The answerer, timed until its last word; named as OpenTelemetry names language models. */
export function tracedAnswerer(answerer: Answerer, tracing: Tracing): Answerer {
  if (tracing === NO_TRACING) return answerer;
  return {
    async *answer(request) {
      const work = tracing.begin('answer');
      work.say({ 'gen_ai.request.model': request.assistant.model });
      let first = true;
      let failure: unknown = new Error('left');
      const began = performance.now();
      try {
        for await (const part of answerer.answer(request)) {
          if (first && part.type === 'text') {
            first = false;
            work.say({ 'assisters.first_token_ms': Math.round(performance.now() - began) });
          }
          if (part.type === 'result') {
            work.say({
              'assisters.outcome': part.outcome,
              'gen_ai.usage.input_tokens': part.usage.prompt_tokens,
              'gen_ai.usage.output_tokens': part.usage.completion_tokens,
            });
          }
          yield part;
        }
        failure = undefined;
      } catch (error) {
        failure = error;
        throw error;
      } finally {
        work.end(failure);
      }
    },
  };
}

/** Handlers of jobs, timed: each run is a trace of its own, named `job <kind>`. */
export function tracedJobs(
  handlers: Readonly<Record<string, JobHandler>>,
  tracing: Tracing,
): Readonly<Record<string, JobHandler>> {
  if (tracing === NO_TRACING) return handlers;
  const timed = ([kind, handle]: [string, JobHandler]): [string, JobHandler] => [
    kind,
    (job, signal) =>
      tracing.span(`job ${kind}`, async (work) => {
        work.say({ 'assisters.job_id': job.id, 'assisters.job_attempt': job.attempts });
        const again = await handle(job, signal);
        work.say({ 'assisters.job_again': again !== undefined });
        return again;
      }),
  ];
  return Object.fromEntries(Object.entries(handlers).map(timed));
}

/** What a job fetches, timed, with the answer's status and without the address. */
export function tracedFetch(fetch: GuardedFetch, name: string, tracing: Tracing): GuardedFetch {
  if (tracing === NO_TRACING) return fetch;
  const timed = (request: FetchRequest) =>
    tracing.span(name, async (work) => {
      const response = await fetch(request);
      work.say({ 'http.request.method': request.method ?? 'GET', 'http.response.status_code': response.status });
      return response;
    });
  return Object.assign(timed, { close: () => fetch.close() });
}

/** https://www.w3.org/TR/trace-context/#traceparent-header */
function readTraceparent(text: string | null): { traceId: string; spanId: string; traceFlags: number } | null {
  const parts = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-|$)/.exec(text ?? '');
  if (!parts || /^0+$/.test(parts[1]!) || /^0+$/.test(parts[2]!)) return null;
  return { traceId: parts[1]!, spanId: parts[2]!, traceFlags: Number.parseInt(parts[3]!, 16) };
}

/** `name=value,name=value`, as OpenTelemetry writes headers in a variable. */
function readHeaders(text: string | null): Record<string, string> {
  const pairs = (text ?? '').split(',').map((pair) => /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair));
  return Object.fromEntries(pairs.flatMap((pair) => (pair ? [[pair[1]!, decodeURIComponent(pair[2]!)]] : [])));
}
