import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';
import { SYSTEM_BROWSERS } from '../src/server/doctor/browser.ts';

/** Keeps Chromium quiet and off the network: tests speak to this machine only. */
const ARGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const found = (path: string | undefined): path is string => path !== undefined && path !== '' && existsSync(path);

function existingBrowser(): string | null {
  const wanted = process.env.ASSISTERS_BROWSER;
  if (wanted !== undefined && wanted !== '') {
    if (!existsSync(wanted)) throw new Error(`ASSISTERS_BROWSER names ${wanted}, which does not exist.`);
    return wanted;
  }
  return [chromium.executablePath(), ...SYSTEM_BROWSERS].find(found) ?? null;
}

function run(command: string, args: readonly string[]): boolean {
  console.error(`$ ${command} ${args.join(' ')}`);
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

function installBrowser(): void {
  console.error('No browser found; installing Chromium for the tests.');
  if (run('npx', ['playwright', 'install', '--with-deps', 'chromium']) && existingBrowser()) return;
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo'];
  const apt = (...args: string[]) => run([...asRoot, 'apt-get'][0]!, [...asRoot, 'apt-get', ...args].slice(1));
  if (apt('update') && apt('install', '-y', '--no-install-recommends', 'chromium') && existingBrowser()) return;
  throw new Error('Could not install a browser. Install Chromium and set ASSISTERS_BROWSER to its path.');
}

/**
 * Path of a Chromium to test with: `ASSISTERS_BROWSER`, else Playwright's own, else a system browser, else one it
 * installs (Playwright's, then the system package manager's), saying so on stderr.
 */
export function findBrowser(): string {
  const path = existingBrowser();
  if (path) return path;
  installBrowser();
  return existingBrowser()!;
}

/** Playwright launch options for that browser. Chromium refuses its sandbox to root, so root goes without. */
export function chromiumLaunch(): { executablePath: string; args: string[] } {
  return {
    executablePath: findBrowser(),
    args: process.getuid?.() === 0 ? ['--no-sandbox', ...ARGS] : [...ARGS],
  };
}
