type Check = () => Promise<void> | void;

/** Named questions whose answers together say whether this process can do its work. */
export class Readiness {
  readonly #checks = new Map<string, Check>();

  add(name: string, check: Check): void {
    this.#checks.set(name, check);
  }

  /** `ok` or what is wrong, by name. */
  async check(): Promise<Record<string, string>> {
    const results = [...this.#checks].map(async ([name, check]) => [name, await outcomeOf(check)] as const);
    return Object.fromEntries(await Promise.all(results));
  }
}

async function outcomeOf(check: Check): Promise<string> {
  try {
    await check();
    return 'ok';
  } catch (error) {
    return (error as Error).message;
  }
}
