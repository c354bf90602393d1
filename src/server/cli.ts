import { startLean } from './lean-start.ts';

/**
 * The `assisters` command. The program itself is loaded after V8 was told to hold back, because most of the garbage of a
 * start is made while it is read.
 */
startLean();
const { commandLine } = await import('./command-line.ts');
process.exitCode = await commandLine(process.argv.slice(2));
