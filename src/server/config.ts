import { isIPv4, isIPv6 } from 'node:net';
import { LIMITS } from '../protocol/limits.ts';
import { CRAWL_LIMITS } from './crawl/crawl-limits.ts';

/**
 * Everything that can be set from outside, in one table: it feeds the parser, `--help` and the docs. The environment
 * (and an `.env` file) is the only source; a value that cannot be read stops the start.
 */
export const SETTINGS = {
  port: { env: 'PORT', type: 'port', fallback: '8787', doc: 'Port to listen on; 0 takes any free one.' },
  host: { env: 'HOST', type: 'text', fallback: '127.0.0.1', doc: 'Address to listen on; 0.0.0.0 for all.' },
  dataDir: { env: 'ASSISTERS_DATA_DIR', type: 'text', fallback: './data', doc: 'Folder of the database.' },
  databaseUrl: {
    env: 'ASSISTERS_DATABASE_URL',
    type: 'database',
    fallback: null,
    doc: 'PostgreSQL database that several servers share, postgres://user:password@host/name; without one, SQLite in the folder.',
  },
  databaseConnections: {
    env: 'ASSISTERS_DATABASE_CONNECTIONS',
    type: 'count',
    fallback: '10',
    doc: 'Most connections a server opens to PostgreSQL, besides the one it listens on; at least 2.',
  },
  publicUrl: {
    env: 'ASSISTERS_PUBLIC_URL',
    type: 'origin',
    fallback: null,
    doc: 'Address at which browsers reach the server, without a path, e.g. https://chat.example.com. Default: http:// with HOST and PORT.',
  },
  trustProxy: {
    env: 'ASSISTERS_TRUST_PROXY',
    type: 'count',
    fallback: '0',
    doc: 'How many proxies stand before the server and append to X-Forwarded-For; 0 trusts none.',
  },
  secretKey: {
    env: 'ASSISTERS_SECRET_KEY',
    type: 'key',
    fallback: null,
    doc: 'Seals secrets in the database, 32 characters or more. Default: a key in the data folder. Servers that share a database need the same.',
  },
  modelBaseUrl: {
    env: 'ASSISTERS_MODEL_BASE_URL',
    type: 'url',
    fallback: null,
    doc: 'Base URL of an OpenAI-compatible API, e.g. http://localhost:11434/v1.',
  },
  modelApiKey: { env: 'ASSISTERS_MODEL_API_KEY', type: 'secret', fallback: null, doc: 'Its API key.' },
  anthropicApiKey: {
    env: 'ANTHROPIC_API_KEY',
    type: 'secret',
    fallback: null,
    doc: 'Answers by Anthropic models (names that begin with claude-).',
  },
  embeddingModel: {
    env: 'ASSISTERS_EMBEDDING_MODEL',
    type: 'text',
    fallback: null,
    doc: 'Embedding model of an OpenAI-compatible API; without one, search is by words.',
  },
  embeddingBaseUrl: {
    env: 'ASSISTERS_EMBEDDING_BASE_URL',
    type: 'url',
    fallback: null,
    doc: 'Base URL of the API that has it. Default: ASSISTERS_MODEL_BASE_URL.',
  },
  embeddingApiKey: {
    env: 'ASSISTERS_EMBEDDING_API_KEY',
    type: 'secret',
    fallback: null,
    doc: 'Its API key. Default: ASSISTERS_MODEL_API_KEY, unless it has a base URL of its own.',
  },
  allowPrivateHosts: {
    env: 'ASSISTERS_ALLOW_PRIVATE_HOSTS',
    type: 'hosts',
    fallback: '',
    doc: 'Private hosts that pages may be read from and webhooks sent to, separated by commas: wiki.internal,10.0.0.5:8080.',
  },
  uploadBytes: {
    env: 'ASSISTERS_UPLOAD_BYTES',
    type: 'count',
    fallback: String(LIMITS.uploadBytes),
    doc: 'Largest file that is taken, uploaded or named on the command line, bytes.',
  },
  crawlPages: {
    env: 'ASSISTERS_CRAWL_PAGES',
    type: 'count',
    fallback: String(CRAWL_LIMITS.pages),
    doc: 'Most pages read of one followed site.',
  },
  sessionsPerIp: {
    env: 'ASSISTERS_SESSIONS_PER_IP',
    type: 'count',
    fallback: '10',
    doc: 'New visitor sessions per address in 10 minutes, six times as many with proof of work; 0 for no limit.',
  },
  messagesPerIp: {
    env: 'ASSISTERS_MESSAGES_PER_IP',
    type: 'count',
    fallback: '30',
    doc: 'Visitors’ messages per address and minute, twice as many in 10 minutes without proof of work; 0 for no limit.',
  },
  messagesPerKeyDay: {
    env: 'ASSISTERS_MESSAGES_PER_KEY_DAY',
    type: 'count',
    fallback: '20000',
    doc: 'Visitors’ messages a day through one publishable key that sets no cap of its own; 0 for no limit. An hour takes up to a quarter.',
  },
  messagesPerVisitorDay: {
    env: 'ASSISTERS_MESSAGES_PER_VISITOR_DAY',
    type: 'count',
    fallback: '200',
    doc: 'Messages per visitor and day; 0 for no limit.',
  },
  messagesPerVisitor: {
    env: 'ASSISTERS_MESSAGES_PER_VISITOR',
    type: 'count',
    fallback: '10',
    doc: 'Messages per visitor and minute; 0 for no limit.',
  },
  metricsToken: {
    env: 'ASSISTERS_METRICS_TOKEN',
    type: 'secret',
    fallback: null,
    doc: 'Opens /metrics (Prometheus) to requests that carry this token as a bearer; without one there is none.',
  },
  otlpEndpoint: {
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    type: 'url',
    fallback: null,
    doc: 'Sends OpenTelemetry traces there by OTLP over HTTP, e.g. http://localhost:4318; without one there are none.',
  },
  otlpHeaders: {
    env: 'OTEL_EXPORTER_OTLP_HEADERS',
    type: 'secret',
    fallback: null,
    doc: 'Headers of what is sent there: name=value,name=value.',
  },
  serviceName: {
    env: 'OTEL_SERVICE_NAME',
    type: 'text',
    fallback: 'assisters',
    doc: 'What the server is called in traces.',
  },
  logLevel: {
    env: 'ASSISTERS_LOG_LEVEL',
    type: 'level',
    fallback: 'info',
    doc: 'How much is logged: debug, info, warn, error or silent.',
  },
} as const satisfies Record<string, Setting>;

/** One line of the table. `fallback` is read like a given value; `null` means not set. */
export interface Setting {
  readonly env: string;
  readonly type: SettingType;
  readonly fallback: string | null;
  readonly doc: string;
}
type SettingType =
  | 'text'
  | 'hosts'
  | 'secret'
  | 'key'
  | 'database'
  | 'url'
  | 'origin'
  | 'port'
  | 'count'
  | 'flag'
  | 'level';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
interface ValueOf {
  text: string;
  hosts: string;
  secret: string;
  database: string;
  key: string;
  url: string;
  origin: string;
  port: number;
  count: number;
  flag: boolean;
  level: LogLevel;
}
type Table = typeof SETTINGS;

/** The configuration as the server uses it; see {@link SETTINGS} for each value. URLs carry no trailing slash. */
export type Config = {
  readonly [Name in keyof Table]: ValueOf[Table[Name]['type']] | (Table[Name]['fallback'] extends null ? null : never);
};

/** A value that cannot be read. The message names the variable and what was expected, never a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the configuration from an environment. An empty value counts as not set.
 *
 * @throws ConfigError naming the first wrong variable
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const config: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries<Setting>(SETTINGS)) {
    const given = environment[setting.env]?.trim();
    const text = given || setting.fallback;
    config[name] = text === null ? null : READ[setting.type](text, setting.env);
  }
  const read = config as Config;
  if (read.embeddingModel !== null && read.embeddingBaseUrl === null && read.modelBaseUrl === null) {
    throw new ConfigError(
      'ASSISTERS_EMBEDDING_MODEL needs an address: set ASSISTERS_EMBEDDING_BASE_URL or ASSISTERS_MODEL_BASE_URL.',
    );
  }
  return read;
}

/** What the SDKs and `assisters doctor` read: not the server's, and no slip. */
const OTHERS = new Set(['ASSISTERS_API_KEY', 'ASSISTERS_BASE_URL', 'ASSISTERS_BROWSER', 'ASSISTERS_WEBHOOK_SECRET']);

/** A sentence for each variable that looks like a setting and is none, with the one that was probably meant. */
export function unknownSettings(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = Object.values<Setting>(SETTINGS).map(({ env }) => env);
  return Object.keys(environment)
    .filter((name) => name.startsWith('ASSISTERS_') && !known.includes(name) && !OTHERS.has(name))
    .map((name) => {
      const meant = known.reduce((best, other) => (distance(name, other) < distance(name, best) ? other : best));
      const isNear = distance(name, meant) <= Math.max(1, bare(name).length / 4);
      return `${name} is no setting, and has no effect.${isNear ? ` Did you mean ${meant}?` : ''}`;
    });
}

/** `ASSISTERS_DATADIR` and `ASSISTERS_DATA_DIR` are one to the eye, and so are `ASSISTERS_PORT` and `PORT`. */
const bare = (name: string): string => name.replace(/^ASSISTERS_/, '').replaceAll('_', '');

/** Letters to put in, leave out or change between two names (Levenshtein). */
function distance(name: string, other: string): number {
  const [from, to] = [bare(name), bare(other)];
  let row = Array.from({ length: to.length + 1 }, (_, n) => n);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[to.length]!;
}

const READ: { readonly [Type in SettingType]: (text: string, env: string) => ValueOf[Type] } = {
  text: (text) => text,
  hosts: (text, env) => {
    for (const host of text.split(/[\s,]+/).filter((one) => one !== '')) {
      if (!isHost(host)) {
        throw new ConfigError(
          `${env} holds ${JSON.stringify(host.slice(0, 100))}, which is no host: expected names and addresses with a port or ` +
            'without, such as wiki.internal,10.0.0.5:8080,[fd00::1]:8080, and no scheme or path.',
        );
      }
    }
    return text;
  },
  secret: (text) => text,
  database: (text, env) => {
    // The text is not quoted: it holds a password.
    if (/^postgres(ql)?:\/\/[^/\s]*\/[^/\s?]+/.test(text)) return text;
    throw new ConfigError(`${env} must look like postgres://user:password@host:5432/database.`);
  },
  key: (text, env) => {
    if (text.length >= 32) return text;
    throw new ConfigError(`${env} must have 32 characters or more; "openssl rand -base64 32" makes one.`);
  },
  url: (text, env) => {
    let url: URL;
    try {
      url = new URL(text);
    } catch {
      throw new ConfigError(`${env} is not a URL: expected something like https://example.com.`);
    }
    if (!/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
      throw new ConfigError(`${env} must be an http(s) URL without user, query or fragment.`);
    }
    return url.href.replace(/\/+$/, '');
  },
  origin: (text, env) => {
    const url = READ.url(text, env);
    if (new URL(url).pathname === '/') return url;
    throw new ConfigError(
      `${env} has a path, and the server answers at the root of its address only: expected something like https://chat.example.com.`,
    );
  },
  port: (text, env) => wholeNumber(text, env, 65_535),
  count: (text, env) => wholeNumber(text, env, Number.MAX_SAFE_INTEGER),
  flag: (text, env) => {
    if (/^(true|1|yes|on)$/i.test(text)) return true;
    if (/^(false|0|no|off)$/i.test(text)) return false;
    throw new ConfigError(`${env} must be true or false.`);
  },
  level: (text, env) => {
    const level = text.toLowerCase();
    if (/^(debug|info|warn|error|silent)$/.test(level)) return level as LogLevel;
    throw new ConfigError(`${env} must be debug, info, warn, error or silent.`);
  },
};

/** `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address. */
function isHost(text: string): boolean {
  if (isIPv6(text)) return true;
  const parts = /^(?:\[([^\]]+)\]|([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?))(?::(\d{1,5}))?$/i.exec(text);
  if (!parts || (parts[1] !== undefined && !isIPv6(parts[1])) || Number(parts[3] ?? 1) > 65_535) return false;
  // What looks like an IPv4 address must be one: 10.0.0.256 is a slip, not a name.
  return !/^[\d.]+$/.test(parts[2] ?? '') || isIPv4(parts[2]!);
}

function wholeNumber(text: string, env: string, max: number): number {
  if (/^\d{1,16}$/.test(text) && Number(text) <= max) return Number(text);
  throw new ConfigError(`${env} must be a whole number from 0 to ${max}.`);
}
