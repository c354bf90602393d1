/**
 * Entry of the process that reads files (see `parse-in-child.ts`): takes one file a message, answers with its chunks or
 * with the reason it cannot be read. It has no environment, and no way onto the network: a parser that wants to fetch
 * what a file points at finds every door shut.
 */
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';
import { ParseError } from './document.ts';
import type { FileToParse, ParsedFile } from './parse-file.ts';

/** What the child answers. */
export type ChildAnswer =
  | { readonly ok: true; readonly file: ParsedFile }
  | { readonly ok: false; readonly code: string; readonly message: string };

const shut = (): never => {
  throw new Error('The process that reads files has no network.');
};
net.Socket.prototype.connect = shut;
net.Server.prototype.listen = shut;
dgram.Socket.prototype.bind = shut;
dgram.Socket.prototype.send = shut;
dns.lookup = shut as unknown as typeof dns.lookup;
globalThis.fetch = () => Promise.reject(new Error('The process that reads files has no network.'));

// Loaded after the doors are shut, so that no module keeps an open one.
const { parseFile } = await import('./parse-file.ts');
const never = new AbortController().signal;

async function read(file: FileToParse): Promise<ChildAnswer> {
  try {
    return { ok: true, file: await parseFile(file, never) };
  } catch (error) {
    if (error instanceof ParseError) return { ok: false, code: error.code, message: error.message };
    // A stack that ran out is a file nested deeper than anything written by hand; all else is a file a parser cannot take.
    if (error instanceof RangeError)
      return { ok: false, code: 'file_too_complex', message: 'The file is nested too deeply to be read.' };
    return { ok: false, code: 'invalid_file', message: 'The file is damaged and could not be read.' };
  }
}

process.on('message', (file: FileToParse) => {
  void read(file).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
