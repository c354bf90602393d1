/**
 * `node --import drills/offline.mjs`: a process that reaches this machine alone. What the drills make up holds addresses of
 * all kinds, and none of them is asked.
 */
import dns from 'node:dns';
import net from 'node:net';

const refused = (what) => Object.assign(new Error(`offline: ${what}`), { code: 'ENOTFOUND' });
const isHere = (host) => /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(String(host ?? 'localhost'));

const { lookup } = dns;
dns.lookup = (host, options, done = options) => {
  if (isHere(host)) lookup(host, options, done);
  else process.nextTick(done, refused(host));
};
dns.promises.lookup = async (host) => Promise.reject(refused(host));

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  // net.connect hands its normalised arguments on as one array.
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  const { host, path } = typeof first === 'object' && first !== null ? first : { host: second };
  if (path !== undefined || isHere(host)) return connect.apply(this, args);
  process.nextTick(() => this.destroy(refused(host)));
  return this;
};
