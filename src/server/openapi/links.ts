import { ROUTES, type RouteName } from '../../protocol/routes.ts';

/** Where an answer holds the id of what its endpoint made or lists first; the other endpoints of that object follow. */
const ID_IN_ANSWER: Partial<Record<RouteName, string>> = {
  createAssistant: '/id',
  createConversation: '/id',
  createMessage: '/id',
  createKnowledgeBase: '/id',
  createDocument: '/id',
  createUrls: '/urls/0/id',
  createWebhook: '/id',
  listWebhookDeliveries: '/deliveries/0/id',
  createApiKey: '/id',
};

/** OpenAPI's `links` of an endpoint: what can be done with the object in its answer. `undefined` where there is none. */
export function linksOf(name: RouteName): Readonly<Record<string, object>> | undefined {
  const pointer = ID_IN_ANSWER[name];
  if (pointer === undefined) return undefined;
  const { path } = ROUTES[name];
  const outer = Object.fromEntries(paramsOf(path).map((param) => [param, `$request.path.${param}`]));
  const links = Object.entries(ROUTES).flatMap(([operationId, route]) => {
    const id = route.path.startsWith(`${path}/{`) ? paramsOf(route.path.slice(path.length))[0] : undefined;
    // What lies deeper needs the id of a further object.
    if (id === undefined || paramsOf(route.path).length !== paramsOf(path).length + 1) return [];
    return [[operationId, { operationId, parameters: { ...outer, [id]: `$response.body#${pointer}` } }] as const];
  });
  return Object.fromEntries(links);
}

function paramsOf(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
}
