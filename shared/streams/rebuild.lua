-- Builds a stream anew with its entries up to a sequence: XSETID refuses to go below an entry that was deleted.
-- KEYS: stream, a free key, mark.  ARGV: last sequence to keep, then the groups that must exist.
-- Every group stands where it stood, but not above that sequence, and not behind what it has pending.
local stream, fresh, mark, last = KEYS[1], KEYS[2], KEYS[3], tonumber(ARGV[1])
local top = string.format('%.0f-0', last)
redis.call('DEL', fresh)
local from = '-'
while true do
  local page = redis.call('XRANGE', stream, from, top, 'COUNT', 500)
  if #page == 0 then
    break
  end
  for _, entry in ipairs(page) do
    redis.call('XADD', fresh, entry[1], unpack(entry[2]))
    from = '(' .. entry[1]
  end
end
local found = {}
for _, group in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
  local facts = {}
  for i = 1, #group, 2 do
    facts[group[i]] = group[i + 1]
  end
  local at = tonumber(string.match(facts['last-delivered-id'], '^%d+'))
  if facts['pending'] > 0 then
    at = tonumber(string.match(redis.call('XPENDING', stream, facts['name'])[2], '^%d+')) - 1
  end
  local id = string.format('%.0f-0', math.max(0, math.min(at, last)))
  redis.call('XGROUP', 'CREATE', fresh, facts['name'], id, 'MKSTREAM')
  found[facts['name']] = true
end
for i = 2, #ARGV do
  if not found[ARGV[i]] then
    redis.call('XGROUP', 'CREATE', fresh, ARGV[i], '0', 'MKSTREAM')
  end
end
if last > 0 then
  redis.call('XSETID', fresh, top)
end
redis.call('RENAME', fresh, stream)
redis.call('SET', mark, string.format('%.0f', last))
return 1
