-- Removes the oldest entries of a subscriber's stream: what is beyond its length, and what stands before a position.
-- KEYS: stream.  ARGV: longest, keep from this position on, up to where entries were removed before, most of one call.
-- Returns {number removed, position up to which entries were removed}. That position stands in the stream's
-- `max-deleted-entry-id`, where its reader finds it with XINFO STREAM; XTRIM itself would not say it.
local stream = KEYS[1]
if redis.call('EXISTS', stream) == 0 then
  return { 0, ARGV[3] }
end
local facts = {}
local info = redis.call('XINFO', 'STREAM', stream)
for i = 1, #info, 2 do
  facts[info[i]] = info[i + 1]
end
local function position(id)
  return tonumber(string.match(id, '^%d+'))
end
local beyond, before = facts['length'] - tonumber(ARGV[1]), tonumber(ARGV[2])
local removed, gone = 0, math.max(tonumber(ARGV[3]), position(facts['max-deleted-entry-id']))
for _, entry in ipairs(redis.call('XRANGE', stream, '-', '+', 'COUNT', ARGV[4])) do
  if removed >= beyond and position(entry[1]) >= before then
    break
  end
  removed, gone = removed + 1, math.max(gone, position(entry[1]))
end
if removed > 0 then
  redis.call('XTRIM', stream, 'MINID', '=', string.format('%.0f-1', gone))
end
local top = facts['last-generated-id']
if position(facts['max-deleted-entry-id']) < gone and gone <= position(top) then
  local id = string.format('%.0f-0', gone)
  redis.call('XSETID', stream, top, 'ENTRIESADDED', facts['entries-added'], 'MAXDELETEDID', id)
end
return { removed, string.format('%.0f', gone) }
