import { LhciRefusal } from './lhci-refusal.ts';
import { type RunFacts, runFacts } from './seal/run-facts.ts';

/** Trees of scripts and of elements are tens deep. */
const mostNesting = 200;

/** What is in a result of Lighthouse. Throws where the text is none. */
export function readLhr(text: string): RunFacts {
  if (nestingOf(text) > mostNesting) throw new LhciRefusal(422, `Invalid LHR: nested deeper than ${mostNesting}`);
  const facts = runFacts(parse(text));
  if (!facts) throw new LhciRefusal(422, 'Invalid LHR: no audits and categories of Lighthouse in it');
  return facts;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LhciRefusal(422, 'Invalid LHR: not JSON');
  }
}

const [quote, backslash, openList, openObject, closeList, closeObject] = [...'"\\[{]}'].map((sign) => sign.charCodeAt(0));

/** How deep lists and objects stand in each other: known before they are built, which would take the machine's memory. */
function nestingOf(json: string): number {
  let [depth, deepest, inText] = [0, 0, false];
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (inText && code === backslash) at += 1;
    else if (code === quote) inText = !inText;
    else if (!inText && (code === openObject || code === openList)) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (!inText && (code === closeObject || code === closeList)) depth -= 1;
  }
  return deepest;
}
