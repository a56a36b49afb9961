const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text between tags and in quoted attributes: nothing of it is markup. */
export const htmlText = (text: string) => text.replaceAll(/[&<>"']/g, (sign) => entities[sign]!);
