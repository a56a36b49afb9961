export { AlertModule, type AlertOptions } from './alert.module.ts';
