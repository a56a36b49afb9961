const longestName = 100;

/** A short CSS path to an element, at most 100 characters: `#cart>button.primary`. Ends at the nearest id. */
export function targetName(node: Node | null | undefined): string | undefined {
  let path = '';
  for (let at = node as Element | null | undefined; at?.parentNode; at = at.parentNode as Element | null) {
    const part = at.id ? `#${at.id}` : [at.nodeName.toLowerCase(), ...(at.classList ?? [])].join('.');
    const longer = path ? `${part}>${path}` : part.slice(0, longestName);
    if (longer.length > longestName) break;
    path = longer;
    if (at.id) break;
  }
  return path || undefined;
}
