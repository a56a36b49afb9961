import { EngineError, type EngineQuery, type EngineSettings } from './engine.ts';
import { parameterText, quoteLiteral } from './parameter-text.ts';

const settingName = /^[A-Za-z][A-Za-z0-9_]*$/;
const parameterName = /^[A-Za-z0-9_]+$/;
const identifierPath = /^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)?$/;

/** A table's or column's name as it may stand in a statement, refused unless it is plain words. */
export function identifier(name: string): string {
  if (!identifierPath.test(name)) throw new EngineError(`${JSON.stringify(name)} is not a name of a table or column`, 62, 'SYNTAX_ERROR');
  return name;
}

/** One setting as `name = value`, refused unless its name is a plain word. */
export function settingText(name: string, value: EngineSettings[string]): string {
  if (!settingName.test(name)) throw new EngineError(`${JSON.stringify(name)} is not a setting's name`, 115, 'UNKNOWN_SETTING');
  return `${name} = ${typeof value === 'string' ? quoteLiteral(value) : Number(value)}`;
}

/**
 * The SET that gives a fresh session one query's settings and parameters. `tag` is how KILL QUERY finds the query; a
 * `log_comment` of the caller gives way to it. `readonly` stands last, because nothing can be set behind it.
 */
export function sessionSetup(query: EngineQuery, tag: string): string {
  const { readonly, log_comment: _, ...settings } = query.settings ?? {};
  const parts = Object.entries(settings).map(([name, value]) => settingText(name, value));
  for (const [name, value] of Object.entries(query.params ?? {})) {
    if (!parameterName.test(name))
      throw new EngineError(`${JSON.stringify(name)} is not a parameter's name`, 456, 'UNKNOWN_QUERY_PARAMETER');
    parts.push(`param_${name} = ${quoteLiteral(parameterText(value))}`);
  }
  parts.push(settingText('log_comment', tag));
  if (readonly !== undefined) parts.push(settingText('readonly', readonly));
  return `SET ${parts.join(', ')}`;
}
