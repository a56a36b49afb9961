import { ConfigurationError, type Environment } from './config/environment.ts';

type KafkaEnvironment = Environment['cluster']['kafka'];

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes, as far as a setting can be the cause. */
const untrusted: ReadonlySet<string> = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
]);

/** Names the setting that keeps Kafka from letting the house in, where that is certain or likely; an outage stays what it is. */
export function explainKafkaRefusal(error: Error, kafka: KafkaEnvironment): Error {
  const causes = [...causesOf(error)];
  const certain = causes.map((cause) => settingAtFault(cause, kafka)).find((hint) => hint !== undefined);
  if (certain !== undefined) return new ConfigurationError(`${error.message} (${certain})`, { cause: error });
  return causes.some(isHangUp) ? new Error(`${error.message} (${hangUpHint(kafka)})`, { cause: error }) : error;
}

function settingAtFault({ name, code, type }: Cause, { caFile }: KafkaEnvironment): string | undefined {
  if (name === 'KafkaJSSASLAuthenticationError' || type === 'UNSUPPORTED_SASL_MECHANISM')
    return 'see KAFKA_SASL_MECHANISM, KAFKA_USERNAME and KAFKA_PASSWORD';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'the certificate is for other names than those in KAFKA_BROKERS';
  if (code === undefined || !untrusted.has(code)) return undefined;
  return caFile === undefined
    ? "the system does not know who signed the broker's certificate: name its authority in KAFKA_TLS_CA_FILE"
    : "the broker's certificate is not signed by the authority in KAFKA_TLS_CA_FILE";
}

/** Brokers close a connection that speaks the wrong protocol without a word. So does one that is stopping. */
const isHangUp = ({ name, code }: Cause) => name === 'KafkaJSConnectionClosedError' || code === 'ECONNRESET';

function hangUpHint({ tls, sasl }: KafkaEnvironment): string {
  if (!tls) return 'the broker hangs up, as one that wants TLS does: see KAFKA_TLS';
  if (!sasl) return 'the broker hangs up, as one that wants a password or speaks no TLS does: see KAFKA_SASL_MECHANISM and KAFKA_TLS';
  return 'the broker hangs up, as one that speaks no TLS does: see KAFKA_TLS';
}

interface Cause extends NodeJS.ErrnoException {
  /** Of an answer of the broker, by its name in Kafka's protocol. */
  readonly type?: string;
}

function* causesOf(error: Error): Iterable<Cause> {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) yield cause;
}
