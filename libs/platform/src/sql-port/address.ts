import { EscapedParameter } from '../engine/engine.ts';

/** What the address of a request says beside the text of the question. */
export interface AddressParts {
  readonly query: string;
  readonly queryId: string | undefined;
  readonly database: string | undefined;
  readonly defaultFormat: string | undefined;
  /** Revision of the native protocol the client reads; 0 where it says none. */
  readonly protocolVersion: number;
  readonly waitEndOfQuery: boolean;
  readonly sendProgress: boolean;
  /** The answer may be compressed as Accept-Encoding says. */
  readonly httpCompression: boolean;
  /** ClickHouse's own block compression, asked for in either direction. */
  readonly nativeCompression: boolean;
  readonly bound: Readonly<Record<string, EscapedParameter>>;
  readonly settings: Readonly<Record<string, string>>;
}

/** Parameters of the interface itself; any other name is a setting. Those not read anywhere are accepted without effect. */
const reserved = new Set([
  ...['query', 'query_id', 'database', 'default_format', 'client_protocol_version', 'user', 'password', 'quota_key', 'role'],
  ...['session_id', 'session_timeout', 'session_check', 'close_session', 'stacktrace', 'compress', 'decompress'],
  ...['enable_http_compression', 'http_zlib_compression_level', 'http_native_compression_disable_checksumming_on_decompress'],
  ...['wait_end_of_query', 'buffer_size', 'http_response_buffer_size', 'http_wait_end_of_query'],
  ...['send_progress_in_http_headers', 'http_headers_progress_interval_ms', 'http_max_field_value_size', 'add_http_cors_header'],
  ...['http_write_exception_in_output_format', 'cancel_http_readonly_queries_on_client_close', 'http_connection_timeout'],
]);

export function readAddress(parameters: URLSearchParams): AddressParts {
  const entries = [...parameters];
  const bound = entries.filter(([name]) => name.startsWith('param_'));
  const settings = entries.filter(([name]) => !name.startsWith('param_') && !reserved.has(name));
  return {
    query: parameters.get('query') ?? '',
    queryId: parameters.get('query_id') || undefined,
    database: parameters.get('database') || undefined,
    defaultFormat: parameters.get('default_format') || undefined,
    protocolVersion: Number(parameters.get('client_protocol_version')) || 0,
    waitEndOfQuery: isOn(parameters, 'wait_end_of_query'),
    sendProgress: isOn(parameters, 'send_progress_in_http_headers'),
    httpCompression: !isOff(parameters, 'enable_http_compression'),
    nativeCompression: isOn(parameters, 'compress') || isOn(parameters, 'decompress'),
    bound: Object.fromEntries(bound.map(([name, value]) => [name.slice('param_'.length), new EscapedParameter(value)])),
    settings: Object.fromEntries(settings),
  };
}

function isOn(parameters: URLSearchParams, name: string): boolean {
  return ['1', 'true'].includes(parameters.get(name) ?? '');
}

function isOff(parameters: URLSearchParams, name: string): boolean {
  return ['0', 'false'].includes(parameters.get(name) ?? '');
}
