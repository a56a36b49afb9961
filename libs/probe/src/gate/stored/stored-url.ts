const longest = 256;

/** As Lighthouse CI's clients store it: what is another one in each build would keep a page from being found again. */
export const storedUrl = (url: string) =>
  url
    .replace(/:\d{3,5}\//, ':PORT/')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, 'UUID')
    .slice(0, longest);
