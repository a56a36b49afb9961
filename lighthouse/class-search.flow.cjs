// What a visitor of the class search does, for Lighthouse: looks for a class, books the first one. `beaconhouse gate` measures both as timespans;
// Lighthouse CI, which has none, runs it as its puppeteer script before the audits, where it warms the server and shows that the page works.
const path = '/widget-preview/class-search';
const untimed = { endTimespan: async () => {} };

module.exports = async (browser, context) => {
  if (new URL(context.url).pathname !== path) return;
  const timespan = async (stepName) => (context.startTimespan ? context.startTimespan({ stepName }) : untimed);
  const page = await browser.newPage();
  try {
    await page.goto(context.url, { waitUntil: 'networkidle0' });

    const searching = await timespan('Search Classes');
    await page.type('#search-input', 'yoga near me');
    await page.click('#search-button');
    await page.waitForSelector('.class-results');
    await searching.endTimespan();

    const booking = await timespan('Book Class');
    await page.click('.class-card:first-child .book-button');
    await page.waitForSelector('.booking-confirmation');
    await booking.endTimespan();
  } finally {
    await page.close();
  }
};
