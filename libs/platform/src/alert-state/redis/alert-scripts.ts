import type { Redis } from 'ioredis';

/**
 * A Redis that was emptied has no `run`, and one that restarted, or a replica that took over, another one: it may lack its last second.
 * Where INFO is forbidden only the first is seen.
 */
const run = `
local info = redis.pcall('INFO', 'server')
local run = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or 'unknown'
local known = redis.call('HGET', KEYS[1], 'run') == run
`;

/** KEYS: meta, the kind's documents. Null: not filled. */
export const listDocuments = `${run}
if not known then return false end
return redis.call('HGETALL', KEYS[2])`;

/** KEYS: meta, the kind's documents. ARGV: ids. Null: not filled. */
export const findDocuments = `${run}
if not known then return false end
local found = {}
for _, id in ipairs(ARGV) do table.insert(found, redis.call('HGET', KEYS[2], id)) end
return found`;

/**
 * KEYS: meta, outbox, done, documents of the kinds. ARGV: now, most rows, most bytes, how long `done` is known, rows, how many of them, then for
 * each change the number of its kind's key, its id, the version it was decided on, and the document, empty where it has ended.
 * Null: not filled. Nothing is written before everything was looked at.
 */
export const writeDocuments = `${run}
if not known then return false end
if redis.call('EXISTS', KEYS[3]) == 1 then return {'written'} end
local first, size = 7, 4
for n = first, #ARGV, size do
  local document = redis.call('HGET', KEYS[tonumber(ARGV[n])], ARGV[n + 1])
  local version = document and tonumber(string.match(document, '^%d+')) or 0
  if version ~= tonumber(ARGV[n + 2]) then return {'conflict', (n - first) / size, version} end
end
local meta = redis.call('HMGET', KEYS[1], 'last', 'rows', 'bytes')
local rows, bytes = tonumber(meta[2] or 0), tonumber(meta[3] or 0)
if rows > 0 and (rows + ARGV[6] > tonumber(ARGV[2]) or bytes + #ARGV[5] > tonumber(ARGV[3])) then return {'full', rows, bytes} end
local at = string.format('%.0f', math.max(tonumber(ARGV[1]), tonumber(meta[1] or 0) + 1))
redis.call('XADD', KEYS[2], at .. '-0', 'count', ARGV[6], 'rows', ARGV[5])
redis.call('HSET', KEYS[1], 'last', at, 'rows', string.format('%.0f', rows + ARGV[6]), 'bytes', string.format('%.0f', bytes + #ARGV[5]))
redis.call('SET', KEYS[3], '1', 'PX', ARGV[4])
for n = first, #ARGV, size do
  local key = KEYS[tonumber(ARGV[n])]
  if ARGV[n + 3] == '' then redis.call('HDEL', key, ARGV[n + 1]) else redis.call('HSET', key, ARGV[n + 1], ARGV[n + 3]) end
end
return {'written'}`;

/**
 * KEYS: meta, documents of the kinds. ARGV: the `last` that the journal was read for (empty: none), the `last` from now on,
 * then for each document the number of its kind's key, its id, and the document, empty where it has ended. 0: somebody else was faster.
 */
export const fillDocuments = `${run}
if known or (redis.call('HGET', KEYS[1], 'last') or '') ~= ARGV[1] then return 0 end
for n = 3, #ARGV, 3 do
  local key = KEYS[tonumber(ARGV[n])]
  if ARGV[n + 2] == '' then redis.call('HDEL', key, ARGV[n + 1]) else redis.call('HSET', key, ARGV[n + 1], ARGV[n + 2]) end
end
redis.call('HSET', KEYS[1], 'run', run, 'last', ARGV[2])
return 1`;

/** KEYS: meta, outbox. ARGV: most entries, bytes. The block that is to be stored: the same for all who ask until it was. */
export const beginBlock = `
local to = redis.call('HGET', KEYS[1], 'to')
if not to then
  local bytes = 0
  for _, entry in ipairs(redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', ARGV[1])) do
    bytes = bytes + #entry[2][4]
    if to and bytes > tonumber(ARGV[2]) then break end
    to = entry[1]
  end
  if not to then return {} end
  redis.call('HSET', KEYS[1], 'to', to)
end
return redis.call('XRANGE', KEYS[2], '-', to)`;

/** KEYS: meta. ARGV: the block's last entry, and what it shall be. */
export const narrowBlock = `
if redis.call('HGET', KEYS[1], 'to') == ARGV[1] then redis.call('HSET', KEYS[1], 'to', ARGV[2]) end`;

/** KEYS: meta, outbox, refused. ARGV: the block's last entry, the id after it, its rows, its bytes, what was refused of it, most that is kept of that. */
export const endBlock = `
if redis.call('HGET', KEYS[1], 'to') ~= ARGV[1] then return end
if ARGV[5] ~= '' then
  redis.call('RPUSH', KEYS[3], ARGV[5])
  redis.call('LTRIM', KEYS[3], -ARGV[6], -1)
end
redis.call('XTRIM', KEYS[2], 'MINID', ARGV[2])
redis.call('HINCRBY', KEYS[1], 'rows', -ARGV[3])
redis.call('HINCRBY', KEYS[1], 'bytes', -ARGV[4])
redis.call('HDEL', KEYS[1], 'to')`;

/** KEYS: lease. ARGV: holder, milliseconds. */
export const holdLease = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

/** KEYS: lease. ARGV: holder. */
export const releaseLease = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/** Keys and arguments may be thousands. */
export async function runScript<Answer>(
  redis: Redis,
  script: string,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<Answer> {
  return (await redis.call('EVAL', [script, keys.length, ...keys, ...args])) as Answer;
}
