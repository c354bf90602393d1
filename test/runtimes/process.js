// The smoke run as a program of its own, for Node, Deno and Bun: facts as JSON in SMOKE, what was done as JSON out.
import { smoke } from './smoke.js';

console.log(JSON.stringify(await smoke(JSON.parse(process.env.SMOKE))));
