/** A start that the environment prevents. Its message is one sentence for the person at the terminal, without secrets. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}
