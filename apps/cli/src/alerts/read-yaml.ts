import { readFile } from 'node:fs/promises';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

/** A YAML file whose fields know their lines. */
export interface YamlFile {
  readonly path: string;
  readonly value: unknown;
  /** What keeps it from being YAML, with lines. */
  readonly mistakes: readonly string[];
  /** `beaconhouse.yml:12`, of a field or what holds it. */
  place(field: readonly PropertyKey[]): string;
}

/** Rejects where it cannot be read; `missing` answers for a file that is not there. */
export async function readYaml(path: string, missing?: string): Promise<YamlFile> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && missing !== undefined) return missing;
    throw error;
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (field: readonly PropertyKey[]): string => {
    for (let depth = field.length; depth > 0; depth--) {
      const node = document.getIn(field.slice(0, depth), true);
      if (isNode(node) && node.range) return `${path}:${lines.linePos(node.range[0]).line}`;
    }
    return path;
  };
  const mistakes = document.errors.map(({ message, pos }) => `${path}:${lines.linePos(pos[0]).line} ${message}`);
  return { path, value: mistakes.length > 0 ? undefined : document.toJS({ maxAliasCount: 20 }), mistakes, place };
}

/** One line for each thing that a schema refuses: where it stands, which field, and why. */
export function problemLines({ place }: YamlFile, { issues }: z.ZodError): string[] {
  return issues.map(({ path, message }) => `${place(path)} ${path.join('.') || '(the whole)'}: ${message}`);
}
