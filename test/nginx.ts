import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';

const RECIPE = fileURLToPath(new URL('../deploy/nginx.conf', import.meta.url));
const PLACES = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/bin/nginx', '/opt/homebrew/bin/nginx'];

export const NGINX_ABSENT = 'nginx is not installed (apt-get install nginx-light); its tests are skipped';

/** Path of nginx; installed in CI when there is none; elsewhere `null`. */
export function findNginx(): string | null {
  const found = PLACES.find(existsSync);
  if (found || !process.env.CI) return found ?? null;
  const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
  const [command, ...args] = [...sudo, 'apt-get', 'install', '-y', '--no-install-recommends', 'nginx-light'];
  console.error(`$ ${[command, ...args].join(' ')}`);
  spawnSync(command!, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  return PLACES.find(existsSync) ?? null;
}

/** An nginx of our own with `deploy/nginx.conf`, on a free port, in a folder of its own. */
export interface Nginx {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts one before the servers at these URLs.
 *
 * @param edit changes the recipe: for negative controls
 * @param given the port, if it must be known before
 */
export async function startNginx(
  servers: readonly string[],
  edit = (recipe: string) => recipe,
  given?: number,
): Promise<Nginx> {
  const program = findNginx();
  if (!program) throw new Error(`${NGINX_ABSENT}.`);
  const folder = mkdtempSync(join(tmpdir(), 'assisters-nginx-'));
  chmodSync(folder, 0o755);
  const port = given ?? (await freePort());
  const lines = servers.map((url) => `  server ${new URL(url).host} max_fails=1 fail_timeout=1s;`).join('\n');
  const recipe = edit(readFileSync(RECIPE, 'utf8'))
    .replace(/^ {2}server 127\.0\.0\.1:8787 .*;$/m, lines)
    .replace('listen 80;', `listen 127.0.0.1:${port};`);
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log warn;
events { worker_connections 1024; }
http { access_log off; ${temp.join(' ')}
${recipe}
}`,
  );
  const child: ChildProcess = spawn(
    program,
    ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const ended = once(child, 'exit');
  while (!(await answers(port))) {
    if (child.exitCode !== null)
      throw new Error(`nginx did not start: ${readFileSync(join(folder, 'error.log'), 'utf8')}`);
    await sleep(20);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
