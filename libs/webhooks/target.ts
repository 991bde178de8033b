import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { objectionTo } from './addresses.js';

/** Where messages may not be sent. The message is for whoever registered it, and names no secret of the URL. */
export class TargetRefused extends Error {
  override readonly name = 'TargetRefused';
}

/** An address a name stands for. */
export interface Address {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a host name. Rejects when it has none. */
export type Resolve = (hostname: string) => Promise<readonly Address[]>;

export const resolveByDns: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true });

/** Names that mean this machine or this house, whatever they resolve to (RFC 6761, 6762, 8375; ICANN on .internal). */
const HOUSE_NAMES = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa)$/;

const MAX_LENGTH = 2048;

/**
 * Reads where messages are to go. The WHATWG parser has by then turned octal, hexadecimal, short and percent-encoded
 * spellings into the address they mean.
 * @throws TargetRefused
 */
export function readTarget(text: string, allowPrivate: boolean): URL {
  if (text.length > MAX_LENGTH || !URL.canParse(text)) throw new TargetRefused('must be an absolute address https://…');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) {
    throw new TargetRefused('must begin with https:// (with WEBHOOK_ALLOW_PRIVATE=true, http:// will do)');
  }
  if (url.username !== '' || url.password !== '') throw new TargetRefused('must not hold a user or a password');
  const host = hostOf(url);
  if (isIP(host) !== 0) assertAllowed('the address', host, allowPrivate);
  else if (!allowPrivate) assertPublicName(host);
  return url;
}

/** Without the brackets of IPv6 and the dots of the root: `localhost.` is `localhost`. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '');

function assertPublicName(host: string): void {
  if (host === '' || !host.includes('.')) throw new TargetRefused('must name a host of the open network in full');
  if (HOUSE_NAMES.test(host)) throw new TargetRefused('names a host that only this network knows');
}

function assertAllowed(what: string, address: string, allowPrivate: boolean): void {
  const objection = objectionTo(address, allowPrivate);
  if (objection !== null) throw new TargetRefused(`${what} ${objection}, and no message may go there`);
}

/**
 * The addresses a target stands for at this moment, each of them checked: one that is not allowed refuses the target,
 * since nobody can say which of them a connection would take.
 * @throws TargetRefused, or what `resolve` rejects with.
 */
export async function resolveTarget(url: URL, allowPrivate: boolean, resolve: Resolve): Promise<readonly Address[]> {
  const host = hostOf(url);
  const family = isIP(host);
  const found = family === 0 ? await resolve(host) : [{ address: host, family }];
  if (found.length === 0) throw new Error('the host has no address');
  for (const { address } of found) assertAllowed('an address of the host', address, allowPrivate);
  return found;
}
