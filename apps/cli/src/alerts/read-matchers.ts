import { UsageError } from '../command.ts';

/** `tool=search severity=critical` as names and values. */
export function readMatchers(words: readonly string[]): Record<string, string> {
  const pairs = words.map((word) => {
    const [, name, value] = /^([a-z][a-zA-Z0-9_.-]{0,63})=(.{1,256})$/s.exec(word) ?? [];
    if (name === undefined || value === undefined) throw new UsageError(`${JSON.stringify(word)} is not NAME=VALUE, such as tool=search`);
    return [name, value] as const;
  });
  return Object.fromEntries(pairs);
}
