-- Acknowledges a run of sequences: one short command instead of five hundred ids.
-- KEYS: stream.  ARGV: group, first and last sequence.
local first, last = tonumber(ARGV[2]), tonumber(ARGV[3])
while first <= last do
  local ids = {}
  for sequence = first, math.min(first + 999, last) do
    ids[#ids + 1] = sequence .. '-0'
  end
  redis.call('XACK', KEYS[1], ARGV[1], unpack(ids))
  first = first + 1000
end
return 1
