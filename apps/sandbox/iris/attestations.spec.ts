import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STAMP_HASH } from '../trial/messages.js';
import { textsIn } from '../trial/reading-answers.js';
import { SandboxOnTrial } from '../trial/sandbox-on-trial.js';

const FEE = 'ONERI_ISTRUTTORIA';

describe('the attestations', () => {
  let sandbox: SandboxOnTrial;

  beforeAll(async () => {
    sandbox = await SandboxOnTrial.start();
  });

  afterAll(() => sandbox.stop());

  interface Handed {
    readonly idPagamento: string;
    readonly text: string | null;
    readonly tipo: string | undefined;
    readonly codifica: string | undefined;
  }

  const fetched = async (idPagamento: string, tipoPendenza?: string): Promise<Handed> => {
    const answer = await sandbox.verify([idPagamento], tipoPendenza);
    const [content] = textsIn(answer, 'Contenuto');
    return {
      idPagamento,
      text: content === undefined ? null : Buffer.from(content, 'base64').toString('utf8'),
      tipo: /Allegato Tipo="(\w+)"/.exec(answer)?.[1],
      codifica: textsIn(answer, 'Codifica')[0],
    };
  };

  const paid = async (attestation: string, tipoPendenza = 'E_BOLLO'): Promise<Handed> => {
    const { idPagamento } = await sandbox.openOne({ tipoPendenza });
    await sandbox.post('/sandbox/scenario', { idPagamento, attestation });
    await sandbox.post(`/sandbox/pay/${idPagamento}`);
    return fetched(idPagamento, tipoPendenza);
  };

  const digestIn = (text: string | null): string | undefined => textsIn(text ?? '', 'DigestValue')[0];
  const iubdIn = (text: string | null): string | undefined => textsIn(text ?? '', 'IUBD')[0];

  it('of bolli are stamps with the digest that was sent, each with a number of its own', async () => {
    const [first, second] = [await paid('good'), await paid('good')];
    expect(digestIn(first.text)).toBe(Buffer.from(STAMP_HASH, 'hex').toString('base64'));
    expect(iubdIn(first.text)).toMatch(/^[0-9A-F]{14}$/);
    expect(iubdIn(first.text)).not.toBe(iubdIn(second.text));
    expect(textsIn(first.text ?? '', 'Denominazione')).toEqual(['PSP di prova']);
    expect(textsIn(first.text ?? '', 'OraAcquisto')).toEqual(['2026-11-23T11:00:00+01:00']);
  });

  it('of one payment are the same bytes whenever they are asked for', async () => {
    const { idPagamento, text } = await paid('good');
    sandbox.clock.advance(60_000);
    expect((await fetched(idPagamento)).text).toBe(text);
    const { items } = await sandbox.ledger();
    expect(items.find((item) => item['idPagamento'] === idPagamento)?.['attestations']).toEqual([
      {
        idPagamento,
        idTransazione: items.find((item) => item['idPagamento'] === idPagamento)?.['idTransazione'],
        kind: 'MarcaDaBollo',
        iubd: iubdIn(text),
        sha256: createHash('sha256')
          .update(text ?? '')
          .digest('hex'),
        quality: 'good',
      },
    ]);
  });

  it('may be missing, and then come when they are good again', async () => {
    const { idPagamento, text } = await paid('missing');
    expect(text).toBeNull();
    await sandbox.post('/sandbox/scenario', { idPagamento, attestation: 'good' });
    expect(digestIn((await fetched(idPagamento)).text)).toBeDefined();
  });

  it('may bear the digest of another document', async () => {
    const { text } = await paid('other-digest');
    expect(digestIn(text)).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(digestIn(text)).not.toBe(Buffer.from(STAMP_HASH, 'hex').toString('base64'));
  });

  it('may bear the number of a stamp given before', async () => {
    const earlier = await paid('good');
    const { text } = await paid('reused-iubd');
    const { items } = await sandbox.ledger();
    const others = items.flatMap(
      ({ attestations }) => attestations as unknown as { iubd: string; idPagamento: string }[],
    );
    expect(others.map(({ iubd }) => iubd)).toContain(iubdIn(text));
    expect(earlier.text).not.toBe(text);
    expect(others.filter(({ iubd }) => iubd === iubdIn(text))).toHaveLength(2);
  });

  it('may be unreadable', async () => {
    const { text, codifica } = await paid('malformed');
    expect([codifica, text?.endsWith('</marcaDaBollo>')]).toEqual(['XML_', false]);
    const fee = await paid('malformed', FEE);
    expect([fee.codifica, fee.text?.startsWith('%PDF')]).toEqual(['PDF_', false]);
  });

  it('may be something else than what the payment asks for', async () => {
    const { text, codifica } = await paid('wrong-type');
    expect([codifica, text?.startsWith('RICEVUTA')]).toEqual(['TEXT', true]);
    expect(await paid('wrong-type', FEE)).toMatchObject({ tipo: 'Documento' });
    expect(await paid('good', FEE)).toMatchObject({ tipo: 'Ricevuta', codifica: 'TEXT' });
  });

  it('are spoilt without changing what the payer does', async () => {
    const { idPagamento } = await sandbox.openOne();
    await sandbox.post('/sandbox/scenario', { idPagamento, scenario: 'rejected' });
    const answer = await sandbox.post('/sandbox/scenario', { idPagamento, attestation: 'missing' });
    const { positions } = (await answer.json()) as { positions: unknown[] };
    expect(positions).toContainEqual({
      idPagamento,
      scenario: 'rejected',
      push: true,
      attestation: 'missing',
      afterMs: null,
    });
  });

  it('refuse a quality that nobody knows', async () => {
    const answer = await sandbox.post('/sandbox/scenario', { idPagamento: 'next', attestation: 'forged' });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer: '/attestation' }] });
  });
});
