export { openApiDocument } from './api/openapi.ts';
export { sqlPage } from './documentation/sql-page.ts';
export { ReportModule } from './report.module.ts';
export { defaultProjectOf, ReportOptions } from './report-options.ts';
