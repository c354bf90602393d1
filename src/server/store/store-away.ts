/**
 * Codes by which a connection to PostgreSQL fails: the system's, and PostgreSQL's own of a server that stops, starts or is
 * full (https://www.postgresql.org/docs/current/errcodes-appendix.html: class 08, 53300, 57P01 to 57P03).
 */
const CODES =
  /^(?:ECONN(?:REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08.{3}|53300|57P0[123])$/;
/** What pg says without a code (pg 8, `client.js` and `pg-pool`). */
const WORDS =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Whether an error of PostgreSQL's client means that there is no database to ask just now; the same may work in a moment. */
export function isStoreAway(error: unknown): boolean {
  // A host of several addresses gives an error for each.
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isStoreAway);
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  // A socket file that is not there, not any other file.
  if (code === 'ENOENT') return syscall === 'connect';
  return (typeof code === 'string' && CODES.test(code)) || WORDS.test(error.message);
}
