import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig, SETTINGS, unknownSettings } from './config.ts';

describe('configuration', () => {
  test('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      port: 8787,
      host: '127.0.0.1',
      dataDir: './data',
      publicUrl: null,
      modelApiKey: null,
      allowPrivateHosts: '',
      trustProxy: 0,
      uploadBytes: 25 * 1024 * 1024,
      logLevel: 'info',
    });
  });

  test('reads what is set; an empty value counts as not set', () => {
    const config = readConfig({
      PORT: '0',
      HOST: '',
      ASSISTERS_PUBLIC_URL: 'https://Chat.example.com/',
      ASSISTERS_MODEL_BASE_URL: 'https://model.example/v1/',
      ASSISTERS_ALLOW_PRIVATE_HOSTS: 'wiki.internal, 10.0.0.5:8080',
      ASSISTERS_LOG_LEVEL: 'DEBUG',
    });
    expect(config).toMatchObject({
      port: 0,
      host: '127.0.0.1',
      publicUrl: 'https://chat.example.com',
      modelBaseUrl: 'https://model.example/v1',
      allowPrivateHosts: 'wiki.internal, 10.0.0.5:8080',
      logLevel: 'debug',
    });
  });

  test.each([
    ['PORT', '65536'],
    ['PORT', '80a'],
    ['ASSISTERS_ALLOW_PRIVATE_HOSTS', 'http://wiki.internal'],
    ['ASSISTERS_ALLOW_PRIVATE_HOSTS', 'wiki.internal,10.0.0.256'],
    ['ASSISTERS_ALLOW_PRIVATE_HOSTS', '10.0.0.0/8'],
    ['ASSISTERS_ALLOW_PRIVATE_HOSTS', 'wiki:99999'],
    ['ASSISTERS_ALLOW_PRIVATE_HOSTS', '[::1'],
    ['ASSISTERS_SECRET_KEY', 'too short'],
    ['PORT', '-1'],
    ['ASSISTERS_PUBLIC_URL', 'chat.example.com'],
    ['ASSISTERS_PUBLIC_URL', 'https://example.com/chat'],
    ['ASSISTERS_PUBLIC_URL', 'ftp://chat.example.com'],
    ['ASSISTERS_PUBLIC_URL', 'https://user:pass@chat.example.com'],
    ['ASSISTERS_MODEL_BASE_URL', 'https://model.example?x=1'],
    ['ASSISTERS_LOG_LEVEL', 'loud'],
    ['ASSISTERS_TRUST_PROXY', 'yes'],
  ])('%s=%s is refused by name, on one line', (name, value) => {
    const read = () => readConfig({ [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`^${name} [^\\n]+$`));
  });

  test('an embedding model needs an address, its own or that of the language model', () => {
    const model = { ASSISTERS_EMBEDDING_MODEL: 'm' };
    expect(() => readConfig(model)).toThrow(/^ASSISTERS_EMBEDDING_MODEL needs .*ASSISTERS_EMBEDDING_BASE_URL/);
    for (const name of ['ASSISTERS_EMBEDDING_BASE_URL', 'ASSISTERS_MODEL_BASE_URL'])
      expect(readConfig({ ...model, [name]: 'http://127.0.0.1:11434/v1' }).embeddingModel).toBe('m');
  });

  test('a name that is no setting is told, with the one that was meant', () => {
    const meant = (name: string) => / Did you mean (\S+)\?$/.exec(unknownSettings({ [name]: 'x' })[0]!)?.[1];
    expect(meant('ASSISTERS_PORT')).toBe('PORT');
    expect(meant('ASSISTERS_DATADIR')).toBe('ASSISTERS_DATA_DIR');
    expect(meant('ASSISTERS_PUBLC_URL')).toBe('ASSISTERS_PUBLIC_URL');
    expect(meant('ASSISTERS_SESSION_PER_IP')).toBe('ASSISTERS_SESSIONS_PER_IP');
    expect(unknownSettings({ ASSISTERS_COLOUR: 'secret' })).toEqual([
      'ASSISTERS_COLOUR is no setting, and has no effect.',
    ]);
    const known = Object.values(SETTINGS).map(({ env }) => [env, 'x']);
    expect(unknownSettings({ ...Object.fromEntries(known), ASSISTERS_API_KEY: 'x', HOME: '/' })).toEqual([]);
  });

  test('every variable is named once', () => {
    const names = Object.values(SETTINGS).map(({ env }) => env);
    expect(new Set(names).size).toBe(names.length);
  });
});
