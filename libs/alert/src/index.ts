export { AlertModule, type AlertOptions } from './alert.module.ts';
export { AlertApiModule } from './api/alert-api.module.ts';
export { AlertApiOptions } from './api/alert-api-options.ts';
export { alertRoutes } from './api/alert-routes.ts';
