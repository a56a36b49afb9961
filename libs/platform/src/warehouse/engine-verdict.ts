import { QuestionRefused, RowsRefused, WarehouseBusy } from './warehouse.ts';

/**
 * ClickHouse's codes for values that do not fit their column. Only these refuse rows: an error that is not certainly about
 * the rows is one to try again, because a refused row never comes back. Nor is one from a view: the table itself may hold the
 * rows by then, and halves of the block under tokens of their own would store them twice.
 * Source: src/Common/ErrorCodes.cpp of ClickHouse.
 */
const badRows = new Set([
  6, // CANNOT_PARSE_TEXT
  25, // CANNOT_PARSE_ESCAPE_SEQUENCE
  26, // CANNOT_PARSE_QUOTED_STRING
  27, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  33, // CANNOT_READ_ALL_DATA: a line ends in the middle
  38, // CANNOT_PARSE_DATE
  41, // CANNOT_PARSE_DATETIME
  53, // TYPE_MISMATCH
  69, // ARGUMENT_OUT_OF_BOUND
  70, // CANNOT_CONVERT_TYPE
  72, // CANNOT_PARSE_NUMBER
  117, // INCORRECT_DATA: among others an unknown field
  130, // CANNOT_READ_ARRAY_FROM_TEXT
  131, // TOO_LARGE_STRING_SIZE
  321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
  349, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
  376, // CANNOT_PARSE_UUID
  441, // CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING
  467, // CANNOT_PARSE_BOOL
  675, // CANNOT_PARSE_IPV4
  676, // CANNOT_PARSE_IPV6
  691, // UNKNOWN_ELEMENT_OF_ENUM
]);

/** Codes that say nothing about the question: the engine is full, stopping, or cannot reach its parts. */
const busy = new Set([
  202, // TOO_MANY_SIMULTANEOUS_QUERIES
  209, // SOCKET_TIMEOUT
  210, // NETWORK_ERROR
  225, // NO_ZOOKEEPER
  236, // ABORTED
  242, // TABLE_IS_READ_ONLY
  243, // NOT_ENOUGH_SPACE
  252, // TOO_MANY_PARTS
  279, // ALL_CONNECTION_TRIES_FAILED
  999, // KEEPER_EXCEPTION
]);
const memoryLimitExceeded = 241;

/** What the engine said, in this process or on a server. */
interface Refusal extends Error {
  readonly code: number;
  readonly codeName: string;
}

export function insertVerdict(error: Refusal): Error {
  const message = `${error.message} (${error.codeName})`;
  return badRows.has(error.code) ? new RowsRefused(message, { cause: error }) : new WarehouseBusy(message, { cause: error });
}

export function questionVerdict(error: Refusal): Error {
  const message = `${error.message} (${error.codeName})`;
  // One code for two limits: a question's own, and that of all together, which the engine marks in its text only.
  const allTogether = error.code === memoryLimitExceeded && /^\(total\)/.test(error.message);
  if (busy.has(error.code) || allTogether) return new WarehouseBusy(message, { cause: error });
  return new QuestionRefused(message, error.code, { cause: error });
}
