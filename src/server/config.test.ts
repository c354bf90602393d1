import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig, SETTINGS } from './config.ts';

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
      ASSISTERS_PUBLIC_URL: 'https://Chat.example.com/base/',
      ASSISTERS_ALLOW_PRIVATE_HOSTS: 'wiki.internal, 10.0.0.5:8080',
      ASSISTERS_LOG_LEVEL: 'DEBUG',
    });
    expect(config).toMatchObject({
      port: 0,
      host: '127.0.0.1',
      publicUrl: 'https://chat.example.com/base',
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

  test('every variable is named once', () => {
    const names = Object.values(SETTINGS).map(({ env }) => env);
    expect(new Set(names).size).toBe(names.length);
  });
});
