const visitorKey = 'beaconhouse-demo-visitor';

/** The anonymous visitor whose bookings are shown: the same for one tab, another for each page without storage. */
function visitorId() {
  const made = crypto.randomUUID();
  try {
    const kept = sessionStorage.getItem(visitorKey) ?? made;
    sessionStorage.setItem(visitorKey, kept);
    return kept;
  } catch {
    return made;
  }
}

const visitor = visitorId();

/** Calls a sample tool over HTTP; rejects where the server refuses, fails or cannot be reached, as an MCP client does. */
export async function callTool(name, args = {}, meta = {}) {
  const response = await fetch(`/demo/tools/${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ arguments: args, _meta: { ...meta, 'openai/subject': visitor } }),
  });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer?.error?.message ?? `the server answered ${response.status}`);
  return answer;
}
