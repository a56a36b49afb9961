import { h } from '../shared/element.js';

const question = `SELECT metric, count() AS n, round(quantile(0.75)(value), 3) AS p75,
       countIf(rating = 'poor') AS poor, max(ts) AS latest
FROM rum
WHERE app = 'demo' AND counted AND ts > now() - INTERVAL 15 MINUTE
GROUP BY metric ORDER BY n DESC`;

const curlOf = (address) => `curl '${address}/?default_format=PrettyCompactMonoBlock' --data-binary "${question}"`;

function copyButton(text, about) {
  const button = h('button', { type: 'button', ariaLabel: `Copy ${about}` }, 'Copy');
  button.onclick = async () => {
    const copied = await navigator.clipboard.writeText(text).then(
      () => 'Copied',
      () => 'Select it and copy',
    );
    button.textContent = copied;
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 2_000);
  };
  return button;
}

const sample = (title, text, about) =>
  h('figure', {}, h('figcaption', {}, title, copyButton(text, about)), h('pre', { tabIndex: 0 }, text));

function factsOf({ version, mode, node, project }) {
  const key = project?.keyHint ? `key ${project.keyHint}…` : 'open, no key needed';
  return `Beaconhouse ${version}, ${mode}, Node ${node}. Project ${project?.id} (${key}).`;
}

/** The question behind the table, and how to ask it from a shell. */
export async function showSql() {
  const box = document.getElementById('sql');
  box.replaceChildren(sample('SQL, for any ClickHouse client', question, 'the SQL'));
  const response = await fetch('/demo/info').catch(() => null);
  if (!response?.ok) return;
  const info = await response.json();
  if (info.addresses?.sql) box.append(sample('From a shell', curlOf(info.addresses.sql), 'the curl line'));
  box.append(h('p', { className: 'facts' }, factsOf(info)));
}
