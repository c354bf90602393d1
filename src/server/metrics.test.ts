import { expect, test } from 'vitest';
import { makeApp } from './testing/make-app.ts';

test('without a token there are no metrics', async () => {
  const { send } = await makeApp();
  expect((await send('GET', '/metrics')).status).toBe(404);
});

test('with the token, and only with it, requests are counted by endpoint and by nothing that names a customer', async () => {
  const app = await makeApp({ env: { ASSISTERS_METRICS_TOKEN: 'let-me-in' } });
  const metrics = (token: string) => app.send('GET', '/metrics', { key: token });
  for (const wrong of ['let-me-ix', 'let-me-i', '', app.sk.credential]) expect((await metrics(wrong)).status).toBe(401);
  await app.send('GET', `/v1/assistants/${app.assistant.id}`, { key: app.sk.credential });
  await app.send('GET', '/v1/assistants/ast_unknown', { key: app.sk.credential });
  await app.send('GET', '/v1/nowhere/at-all');
  const answer = await metrics('let-me-in');
  const text = await answer.text();
  expect(answer.headers.get('content-type')).toContain('version=0.0.4');
  expect(text).toContain('assisters_http_requests_total{method="GET",route="getAssistant",status="200"} 1');
  expect(text).toContain('assisters_http_requests_total{method="GET",route="getAssistant",status="404"} 1');
  expect(text).toContain('assisters_http_requests_total{method="GET",route="other",status="404"} 1');
  expect(text).toContain('assisters_http_request_duration_seconds_bucket{route="getAssistant",le="+Inf"} 2');
  expect(text).toMatch(/^assisters_answers_running 0$/m);
  for (const secret of [app.accountId, app.assistant.id, 'ast_unknown', 'at-all', 'let-me-in'])
    expect(text).not.toContain(secret);
  // The format: a comment, or a name with labels and a number.
  for (const line of text.trimEnd().split('\n'))
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{[^}]*\})? [\d.e+-]+)$/);
});
