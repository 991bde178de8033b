/** What the routes are about, in the order in which they are read. */
export const TAGS = [
  {
    name: 'practices',
    description: 'Pratiche: "Paga e Invia", sostituzione e ritiro. / Practices: opened, replaced, withdrawn.',
  },
  {
    name: 'payments',
    description: 'Pagamenti: stato, invio del pagatore a IRIS, Rigenera, attestati. / Payments and their attestations.',
  },
  {
    name: 'incidents',
    description: "Casi che richiedono una decisione dell'ufficio. / What needs a person.",
  },
  {
    name: 'webhooks',
    description: 'Notifiche degli eventi a chi si registra. / Who is told what happens.',
  },
  {
    name: 'machines',
    description: 'Le regole di ciò che può accadere. / What may happen, read off the machines themselves.',
  },
  { name: 'iris', description: 'Chiamate di IRIS e ritorno del pagatore. / What IRIS calls.' },
  { name: 'operations', description: 'Stato del servizio e descrizioni. / How the service is, and what describes it.' },
] as const;

export type Tag = (typeof TAGS)[number]['name'];
