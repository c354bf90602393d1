import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the memory of a start small. Reading the program, the guides and the page's files makes garbage once, and V8 would
 * answer it with room that it never gives back: about 30 MB of code made fast too early and 30 MB of a young generation
 * that a server at rest does not fill (`npm run bench:server -- start`). Call it before the program is loaded, and
 * {@link endLeanStart} when the server is ready.
 */
export function startLean(): void {
  setFlagsFromString('--optimize-for-size');
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** From here on V8 is as fast as ever, and its memory grows when there is work. */
export function endLeanStart(): void {
  setFlagsFromString('--no-optimize-for-size');
  setFlagsFromString('--semi-space-growth-factor=2');
}
