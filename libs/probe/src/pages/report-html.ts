/**
 * A result of Lighthouse as the page that Lighthouse makes of it. The part of Lighthouse that can is some megabytes and is loaded when it is
 * first needed.
 */
export async function reportHtml(lhr: string): Promise<string> {
  const { ReportGenerator } = await import('lighthouse/report/generator/report-generator.js');
  return ReportGenerator.generateReportHtml(JSON.parse(lhr));
}
