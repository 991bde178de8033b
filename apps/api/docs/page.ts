import { API_VERSION, INFO } from '../openapi/document.js';

/** The page to read the API: what stands around the list of operations is ours, and Italian first. */
export const DOCS_PAGE = `<!doctype html>
<html lang="it">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>PORTOS Pagamenti · API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="stylesheet" href="docs/page.css">
</head>
<body>
<a class="skip" href="#operazioni">Vai alle operazioni</a>
<header>
<h1>PORTOS Pagamenti: le API</h1>
<p>Pagamenti delle pratiche sismiche della Regione Toscana: marche da bollo e contributi di istruttoria, attraverso IRIS e
pagoPA. PORTOS apre una pratica, invia il pagatore a IRIS e viene informato di ciò che accade; nessuna chiamata può
dichiarare che qualcosa è stato pagato. Serve una chiave (<code>Authorization: Bearer …</code>): con «Authorize» la pagina la
usa per le prove, e non la conserva.</p>
<p lang="en">The API of PORTOS Payments. Each operation has its summary in Italian and its description in English. You need a
key; «Authorize» uses it for trials on this page and does not keep it.</p>
<ul>
<li><a href="openapi.json">OpenAPI 3.1</a>: le chiamate HTTP, versione ${API_VERSION}</li>
<li><a href="asyncapi.json">AsyncAPI 3.0</a>: code e webhook</li>
<li><a href="${INFO.contact.url}">${INFO.contact.name}</a> · licenza ${INFO.license.name}</li>
</ul>
</header>
<main id="operazioni" tabindex="-1">
<div id="reader"><p class="waiting" role="status">Caricamento delle operazioni…</p></div>
<noscript><p class="waiting">Senza JavaScript questa pagina non può elencare le operazioni: la loro descrizione completa è in
<a href="openapi.json">openapi.json</a>.</p></noscript>
</main>
<script src="docs/swagger-ui-bundle.js" defer></script>
<script src="docs/start.js" defer></script>
</body>
</html>
`;

/**
 * Starts the reader on the description of this very installation. What is tried from the page goes to where the page came
 * from, by whatever name the browser knows it: any other place would be refused by the page's own policy.
 */
export const START_SCRIPT = `
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();

const here = new URL('.', location.href);
fetch(new URL('openapi.json', here))
  .then((response) => response.json())
  .then((spec) => {
    const [server] = spec.servers;
    SwaggerUIBundle({
      spec: { ...spec, servers: [{ ...server, url: here.href.replace(/\\/$/, '') }] },
      dom_id: '#reader',
      presets: [SwaggerUIBundle.presets.apis],
      deepLinking: true,
      docExpansion: 'list',
      defaultModelsExpandDepth: 0,
      displayRequestDuration: true,
      validatorUrl: null,
      persistAuthorization: false,
    });
  })
  .catch(() => {
    document.querySelector('.waiting').textContent = 'La descrizione non si può caricare ora: riprova tra poco.';
  });
`;
