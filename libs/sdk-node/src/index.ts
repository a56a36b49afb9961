export type { APM, APMStats } from './apm.ts';
export type { CallOptions } from './calls/measure-call.ts';
export type { APMConfig, GroundName } from './config.ts';
export type { DropReason } from './diagnostics.ts';
export { useOpenTelemetry } from './grounds/opentelemetry-ground.ts';
export { initializeAPM } from './initialize-apm.ts';
export { instrumentMCPServer, type ServerOptions } from './instrument-mcp-server.ts';
export { instrumentMCPTool, type ToolHandler } from './instrument-mcp-tool.ts';
export { type TraceOptions, trace, traceHeaders } from './trace.ts';
