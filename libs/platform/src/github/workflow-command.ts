/** Of a message. A line's end would begin another command. */
const escaped = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string) => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** A line that GitHub Actions puts onto the job and its pull request: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export const workflowCommand = (command: 'error' | 'warning', title: string, message: string): string =>
  `::${command} title=${property(title)}::${escaped(message)}`;
