import { ERRORS } from '../../src/protocol/errors.ts';
import { code, fence, page, table } from './markdown.ts';
import { COMMON_ERRORS, operationOf } from './openapi.ts';

/** The form that the pages of both clients have. */

export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  /** As it is written; `''`: none. */
  readonly fallback: string;
  readonly doc: string;
}

export interface Method {
  /** As one calls it: `client.assistants.create`. */
  readonly name: string;
  /** In snake case, as the scenarios name it: `assistants.create`; `''` for a function that is no endpoint. */
  readonly call: string;
  readonly doc: string;
  readonly example: string;
  readonly parameters: readonly Parameter[];
  readonly returns: string;
  /** Classes beyond those of the endpoint's codes, with when. */
  readonly raises: readonly (readonly [string, string])[];
}

export interface Section {
  readonly heading: string;
  readonly doc: string;
  readonly methods: readonly Method[];
}

/** What a parameter that is an id means, where nobody says more. */
function meaningOf({ name, doc }: Parameter): string {
  const noun = /^(\w+?)(?:_id|Id)$/.exec(name)?.[1];
  if (doc !== '' || noun === undefined) return doc;
  const words = noun.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll('_', ' ');
  return `Id of the ${words === 'url' ? 'followed address' : words}.`;
}

/** A table of parameters; the columns that would be empty are left out. */
export function parameterTable(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return '';
  const withDefaults = parameters.some(({ fallback }) => fallback !== '');
  return table(
    ['parameter', 'type', ...(withDefaults ? ['default'] : []), 'meaning'],
    parameters.map((parameter) => {
      const { name, type, required, fallback } = parameter;
      const doc = meaningOf(parameter);
      return [
        code(name),
        code(type),
        ...(withDefaults ? [required ? 'required' : fallback === '' ? '' : code(fallback)] : []),
        withDefaults || !required ? doc : `Required. ${doc}`.trim(),
      ];
    }),
  );
}

export function methodText(method: Method, language: string): string {
  const operation = method.call === '' ? null : operationOf(method.call);
  const errors = (operation?.errors ?? []).map(
    (name) => `${code(name)} (${ERRORS[name as keyof typeof ERRORS].status})`,
  );
  const raises = method.raises.map(([name, when]) => `${code(name)}: ${when}`);
  return page(
    `### ${method.name}`,
    method.doc,
    operation
      ? `${code(`${operation.method} ${operation.path}`)} · gives ${code(method.returns)}`
      : `Gives ${code(method.returns)}`,
    method.example === '' ? '' : fence(language, method.example),
    parameterTable(method.parameters),
    errors.length > 0 ? `Errors: ${errors.join(', ')}, and [those of every call](#errors).` : '',
    raises.length > 0 ? `Raises ${raises.join(' ')}` : '',
  ).trimEnd();
}

export const sectionText = ({ heading, doc, methods }: Section, language: string): string =>
  page(`## ${heading}`, doc, ...methods.map((one) => methodText(one, language))).trimEnd();

/** The classes by status, and the codes in each. */
export function errorTable(classes: Readonly<Record<string, string>>): string {
  const classOf = (status: number) => (status >= 500 ? 'InternalServerError' : (classes[status] ?? 'APIError'));
  return table(
    ['code', 'status', 'class', 'meaning'],
    Object.entries(ERRORS).map(([name, { status, meaning }]) => [
      `${code(name)}${COMMON_ERRORS.includes(name) ? ' *' : ''}`,
      String(status),
      code(classOf(status)),
      meaning,
    ]),
  );
}

export const CLASSES: Readonly<Record<string, string>> = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  403: 'PermissionDeniedError',
  404: 'NotFoundError',
  409: 'ConflictError',
  413: 'PayloadTooLargeError',
  422: 'UnprocessableEntityError',
  429: 'RateLimitError',
};
