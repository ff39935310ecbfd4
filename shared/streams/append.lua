-- Appends outbox rows if, and only if, the top of the stream is what the relay believes.
-- KEYS: stream, mark.  ARGV: believed top (a sequence), SHA-1 of its bytes or '', number of groups, the groups,
-- then, if there are rows, the sequence of the first, the lengths of all, with commas, and all their bytes in one.
-- Returns {1, top} when appended; {0, top id, id of the last entry, its bytes} when the top is another one or holds
-- other bytes: the relay then looks closer. A stream without entries gets all its groups, at 0, before its first one.
local stream, mark = KEYS[1], KEYS[2]
local rows = 4 + tonumber(ARGV[3])
if redis.call('EXISTS', stream) == 0 or redis.call('XLEN', stream) == 0 then
  for i = 4, rows - 1 do
    redis.pcall('XGROUP', 'CREATE', stream, ARGV[i], '0', 'MKSTREAM')
  end
end
local top, last_id, last_bytes = '0-0', '', ''
local info = redis.call('XINFO', 'STREAM', stream)
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then
    top = info[i + 1]
  elseif info[i] == 'last-entry' and info[i + 1] then
    last_id = info[i + 1][1]
    local fields = info[i + 1][2]
    if fields[1] == '__data__' then
      last_bytes = fields[2]
    end
  end
end
local same = top == ARGV[1] .. '-0'
if same and last_id == top and ARGV[2] ~= '' then
  same = redis.sha1hex(last_bytes) == ARGV[2]
end
if not same then
  return { 0, top, last_id, last_bytes }
end
local sent = ARGV[1]
if ARGV[rows] then
  local sequence, from = tonumber(ARGV[rows]), 1
  for length in string.gmatch(ARGV[rows + 1], '%d+') do
    sent = string.format('%.0f', sequence)
    redis.call('XADD', stream, sent .. '-0', '__data__', string.sub(ARGV[rows + 2], from, from + length - 1))
    sequence, from = sequence + 1, from + length
  end
end
if redis.call('GET', mark) ~= sent then
  redis.call('SET', mark, sent)
end
return { 1, sent }
