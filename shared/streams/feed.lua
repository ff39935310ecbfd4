-- Appends entries to the stream of a subscriber if, and only if, its top is what its feeder believes.
-- KEYS: stream.  ARGV: believed top (a position), then, if there are entries, their positions and their lengths,
-- both with commas, and all their bytes in one.
-- Returns {1, top} when the top was that; {0, top id, id of the last entry, its bytes} when it is another one.
local stream = KEYS[1]
local top, last_id, last_bytes = '0-0', '', ''
if redis.call('EXISTS', stream) == 1 then
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
end
if top ~= ARGV[1] .. '-0' then
  return { 0, top, last_id, last_bytes }
end
if ARGV[2] then
  local lengths, from = string.gmatch(ARGV[3], '%d+'), 1
  for position in string.gmatch(ARGV[2], '%d+') do
    local length = tonumber(lengths())
    top = position .. '-0'
    redis.call('XADD', stream, top, '__data__', string.sub(ARGV[4], from, from + length - 1))
    from = from + length
  end
end
return { 1, top }
