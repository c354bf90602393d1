/** Why the server or a command cannot go on, in one line for the person who started it. Printed without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
