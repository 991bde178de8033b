/** Every kind of message that leaves, against IRIS's own schemas; where they or xmllint are missing, said and skipped. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DOMParser, XMLSerializer } from '@xmldom/xmldom';
import { writeDelete, writeOpen } from './alignment-request.js';
import { openingOf, settingsFor } from './counterpart.fixture.js';
import { notificationStored } from './notification.js';
import { writeVerification } from './verification-request.js';

const schema = join(resolve(process.env['IRIS_XSD_DIR'] ?? '../shared/specs'), 'proxy.xsd');
const missing = [
  existsSync(schema) ? [] : ['no proxy.xsd in IRIS_XSD_DIR'],
  spawnSync('xmllint', ['--version']).error === undefined ? [] : ['no xmllint on PATH'],
].flat();

const settings = settingsFor('http://127.0.0.1/');
const identity = { msgId: 'a1b2c3', createdAt: new Date('2026-11-23T21:10:05.678Z') };
const fifty = Array.from({ length: 50 }, (_, index) => ({ idPagamento: `PAG.${index}` }));
const deletion = { kind: 'istruttoria', idPendenza: 'PEN.1', payerFiscalCode: '01386030488' } as const;

const messages: readonly (readonly [name: string, xml: string])[] = [
  ['opening of three stamps', writeOpen(openingOf(3), identity, settings)],
  ['opening of the fee', writeOpen(openingOf(0), identity, settings)],
  ['poll of fifty positions', writeVerification('bolli', fifty, identity, settings)],
  ['Delete', writeDelete(deletion, identity, settings)],
  ['answer to a notification', notificationStored()],
];

/** The element within the SOAP body, as a document of its own. */
function bodyOf(xml: string): string {
  const document = new DOMParser().parseFromString(xml, 'text/xml');
  const body = document.getElementsByTagNameNS('http://schemas.xmlsoap.org/soap/envelope/', 'Body')[0];
  if (!body?.firstChild) throw new TypeError('The message has no body.');
  return new XMLSerializer().serializeToString(body.firstChild);
}

const validate = (xml: string): { status: number | null; stderr: string } =>
  spawnSync('xmllint', ['--noout', '--nonet', '--schema', schema, '-'], { input: bodyOf(xml), encoding: 'utf8' });

if (missing.length > 0) {
  // A file whose tests are all skipped is not named by jest, so it says so itself.
  process.stderr.write(`libs/iris/wire-schema.spec.ts is skipped: ${missing.join(', ')}\n`);
  describe('messages against the schemas of IRIS', () => {
    it.skip(`skipped: ${missing.join(', ')}`, () => undefined);
  });
} else {
  describe('messages against the schemas of IRIS', () => {
    it.each(messages)('the %s is valid', (_, xml) => {
      expect(validate(xml)).toMatchObject({ status: 0, stderr: '- validates\n' });
    });

    it('an invalid one would be noticed', () => {
      const [[, xml] = ['', '']] = messages;
      expect(validate(xml.replace('Aperta', 'Socchiusa')).status).not.toBe(0);
    });
  });
}
