/** Runs `draw` and measures from its start until the browser has painted what it drew. */
export function render(name, draw) {
  const start = performance.now();
  draw();
  requestAnimationFrame(() => {
    // A task queued in a frame runs after that frame's paint.
    const channel = new MessageChannel();
    channel.port1.onmessage = () => performance.measure(`widget-render-${name}`, { start, end: performance.now() });
    channel.port2.postMessage(0);
  });
}

/** The line that tells what goes on; `kind` is busy, done, failed or nothing. */
export function say(text, kind = '') {
  const status = document.getElementById('status');
  status.className = `status ${kind}`;
  status.textContent = text;
}
