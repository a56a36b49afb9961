/** Works on several items at once and gives each with its outcome, in their order. */
export async function* inOrder<In, Out>(
  items: readonly In[],
  atOnce: number,
  work: (item: In) => Promise<Out>,
): AsyncGenerator<readonly [item: In, outcome: Out]> {
  const begun: Promise<Out>[] = [];
  for (const [index, item] of items.entries()) {
    while (begun.length < Math.min(items.length, index + atOnce)) begun.push(unattended(work(items[begun.length]!)));
    yield [item, await begun[index]!];
    // What was answered is judged and needed no more.
    delete begun[index];
  }
}

/** Nobody need hear of its failure before it is its turn. */
function unattended<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
