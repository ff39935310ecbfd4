-- Acknowledges everything that is pending up to an entry: one short command instead of five hundred ids.
-- KEYS: stream.  ARGV: group, the last id.  Returns how many entries were acknowledged.
local acknowledged = 0
while true do
  local pending = redis.call('XPENDING', KEYS[1], ARGV[1], '-', ARGV[2], 500)
  if #pending == 0 then
    return acknowledged
  end
  local ids = {}
  for i, entry in ipairs(pending) do
    ids[i] = entry[1]
  end
  acknowledged = acknowledged + redis.call('XACK', KEYS[1], ARGV[1], unpack(ids))
end
