import { markup, type Markup } from '../markup.js';

/** A whole page in Italian around the content of its main landmark. It works without scripts, because it has none. */
export function page(title: string, main: Markup): string {
  const document = markup`
    <html lang="it">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>${title} · IRIS di prova</title>
        <link rel="stylesheet" href="/sandbox.css">
      </head>
      <body>
        <a class="skip" href="#main">Vai al contenuto</a>
        <div class="banner" role="note">Ambiente di prova: nessun pagamento è vero, nessun denaro viene mosso.</div>
        <header>
          <p>IRIS di prova<span>Simulatore del portale dei pagamenti</span></p>
        </header>
        <main id="main">${main}</main>
      </body>
    </html>
  `;
  return `<!doctype html>\n${document.toString()}`;
}

/** A page with one card that only says something. */
export function notice(title: string, sentences: readonly string[]): string {
  const paragraphs = sentences.map((sentence) => markup`<p>${sentence}</p>`);
  return page(title, markup`<section class="card"><h1>${title}</h1>${paragraphs}</section>`);
}
