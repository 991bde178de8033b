type Say = (facts: Readonly<Record<string, unknown>>, message: string) => void;

/** Where the engine says what a person may need to know. Any pino logger fits. No personal data reaches it. */
export interface EngineLog {
  /** For who follows one request. */
  readonly debug: Say;
  readonly info: Say;
  readonly warn: Say;
  readonly error: Say;
}
