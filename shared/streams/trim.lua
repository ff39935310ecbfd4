-- Removes entries that every group has settled, and none above a given sequence.
-- KEYS: stream.  ARGV: keep from this sequence on, then the groups that must exist.
-- Returns {-1, a missing group} when one is missing, else {number removed, the lowest id that was to be kept}.
local stream = KEYS[1]
if redis.call('EXISTS', stream) == 0 then
  return { 0, '0-0' }
end
local keep = tonumber(ARGV[1])
local found = {}
for _, group in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
  local facts = {}
  for i = 1, #group, 2 do
    facts[group[i]] = group[i + 1]
  end
  found[facts['name']] = true
  local id = facts['last-delivered-id']
  if facts['pending'] > 0 then
    id = redis.call('XPENDING', stream, facts['name'])[2]
  end
  keep = math.min(keep, tonumber(string.match(id, '^%d+')))
end
for i = 2, #ARGV do
  if not found[ARGV[i]] then
    return { -1, ARGV[i] }
  end
end
local lowest = string.format('%.0f-0', keep)
return { redis.call('XTRIM', stream, 'MINID', '~', lowest), lowest }
