import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DOMParser, XMLSerializer } from '@xmldom/xmldom';
import { deleteRequest, insertRequest, newId, verifyRequest } from '../trial/messages.js';
import { infoMessaggio, NotificationReceiver } from '../trial/notification-receiver.js';
import { textsIn } from '../trial/reading-answers.js';
import { SandboxOnTrial } from '../trial/sandbox-on-trial.js';

const SCHEMAS = process.env['IRIS_XSD_DIR'] ?? path.resolve(process.cwd(), '../shared/specs');
const missing = [
  ...(existsSync(path.join(SCHEMAS, 'proxy.xsd')) ? [] : [`no proxy.xsd in ${SCHEMAS} (set IRIS_XSD_DIR)`]),
  ...(spawnSync('xmllint', ['--version']).status === 0 ? [] : ['no xmllint on the PATH']),
];

const describeHere = missing.length === 0 ? describe : describe.skip;
const because = missing.length === 0 ? '' : ` (skipped: ${missing.join(', ')})`;

describeHere(`the real schemas of IRIS${because}`, () => {
  let folder: string;
  let receiver: NotificationReceiver;
  let sandbox: SandboxOnTrial;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'iris-schema-'));
    receiver = await NotificationReceiver.start();
    sandbox = await SandboxOnTrial.start({ IRIS_NOTIFY_URL: receiver.url });
  });

  afterAll(async () => {
    await sandbox.stop();
    await receiver.stop();
    rmSync(folder, { recursive: true });
  });

  const validate = (xml: string, schema: string): void => {
    const file = path.join(folder, `${newId('x')}.xml`);
    writeFileSync(file, xml);
    execFileSync('xmllint', ['--noout', '--nonet', '--schema', path.join(SCHEMAS, schema), file], { stdio: 'pipe' });
  };

  /** Validates the one element inside the SOAP body. */
  const validateBody = (envelope: string): void => {
    const document = new DOMParser().parseFromString(envelope, 'text/xml');
    const body = document.getElementsByTagNameNS('http://schemas.xmlsoap.org/soap/envelope/', 'Body')[0];
    const [content] = Array.from(body?.children ?? []);
    if (content === undefined) throw new Error('nothing in the SOAP body');
    validate(new XMLSerializer().serializeToString(content), 'proxy.xsd');
  };

  const send = async (message: string): Promise<string> => {
    const answer = await (await sandbox.soap(message)).text();
    validateBody(answer);
    return answer;
  };

  it('allow every answer of the alignment, also when the header could not be read', async () => {
    const idPagamento = newId('I');
    const insert = insertRequest([{ idPagamento, description: 'x'.repeat(512) }]);
    validateBody(insert);
    expect(textsIn(await send(insert), 'UrlGW')).toHaveLength(1);
    expect(textsIn(await send(insert), 'Codice')).toEqual(['BS000009']);
    await send(insertRequest([{ idPagamento }]));
    await send(insertRequest([{ idPagamento: newId('I') }]).replace(/<h:MsgId>[^<]*</, '<h:MsgId><'));
    await send(insertRequest([{ idPagamento: newId('I') }]).replace('Versione="01.03-04"', `V="${'v'.repeat(300)}"`));
    const deletion = deleteRequest(idPagamento);
    validateBody(deletion);
    await send(deletion);
    await send(deleteRequest(idPagamento));
  });

  it('allow every answer of the poll, the notification and what is attached', async () => {
    const fee = await sandbox.openOne({ tipoPendenza: 'ONERI_ISTRUTTORIA', amount: '1234567.89' });
    await sandbox.post(`/sandbox/pay/${fee.idPagamento}`);
    await send(verifyRequest([fee.idPagamento], 'ONERI_ISTRUTTORIA'));
    const scenarios = [
      ...['paid', 'rejected', 'cancelled-by-payer', 'page-closed', 'sbf-then-paid', 'choice-too-slow', 'late-success'],
      ...['wrong-amount', 'in-progress-forever', 'paid-twice', 'paid-then-refunded', 'paid-then-reversed'],
    ];
    const ids = await Promise.all(
      scenarios.map(async (scenario) => {
        const { idPagamento } = await sandbox.openOne({ description: 'é&amp;'.repeat(200) });
        await sandbox.post('/sandbox/scenario', { idPagamento, scenario });
        await sandbox.post(`/sandbox/pay/${idPagamento}`);
        return idPagamento;
      }),
    );
    const asked = verifyRequest([...ids, newId('ignoto')]);
    validateBody(asked);
    const answer = await send(asked);
    await send(verifyRequest(ids, 'E_BOLLO', false));
    await send(verifyRequest(ids, 'TARI'));
    await send(verifyRequest(ids).replace('>true<', '>forse<'));
    validate(Buffer.from(textsIn(answer, 'Contenuto')[0] ?? '', 'base64').toString('utf8'), 'MarcaDaBollo.xsd');
    sandbox.clock.advance(60_000);
    await send(asked.replace(/<h:MsgId>[^<]*/, `<h:MsgId>${newId('M')}`));
    for (const attestation of ['missing', 'other-digest', 'reused-iubd', 'malformed', 'wrong-type']) {
      await sandbox.post('/sandbox/scenario', { idPagamento: ids[0], attestation });
      await sandbox.post('/sandbox/scenario', { idPagamento: fee.idPagamento, attestation });
      await send(verifyRequest([ids[0] ?? '']));
      await send(verifyRequest([fee.idPagamento], 'ONERI_ISTRUTTORIA'));
    }
    await receiver.untilReceived(8);
    for (const { body } of receiver.received) validateBody(body);
  });

  it('allow the answer to a notification that the specs give', () => {
    expect(() => validateBody(infoMessaggio('Elaborato Correttamente'))).not.toThrow();
    expect(() => validateBody(infoMessaggio('Elaborato Correttamente', 'urn:altro'))).toThrow();
  });
});
