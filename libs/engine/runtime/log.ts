/** Where the engine says what a person may need to know. Any pino logger fits. No personal data reaches it. */
export interface EngineLog {
  warn(facts: Readonly<Record<string, unknown>>, message: string): void;
  error(facts: Readonly<Record<string, unknown>>, message: string): void;
}
